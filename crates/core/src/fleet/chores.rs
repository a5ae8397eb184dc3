//! The hands that do chores: a task, a connection and a deadline for each, apart from the beats, which only hear that one is
//! due. A chore that takes long, or fails, delays neither a beat nor another chore.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use tokio::runtime::Handle;
use tokio::time::timeout;
use uuid::Uuid;

use super::chore::{Chore, Rhythm, note, take};
use super::node;
use crate::config::DatabaseConfig;
use crate::db::{DbError, connect, feed};
use crate::jobs::engine::{Engine, run_due_schedules, sweep};
use crate::jobs::schedule::Schedule;
use crate::jobs::{Wakes, enqueue_deletion};
use crate::media::intents;

/// What chores need.
pub struct ChoreSetup {
    /// Where Postgres is.
    pub database: DatabaseConfig,
    /// This process.
    pub boot: Uuid,
    /// Whose queues hear of work, and how long a lease is.
    pub engine: Arc<Engine>,
    /// Schedules that this process can start.
    pub schedules: Vec<Schedule>,
    /// How long one run may take.
    pub deadline: Duration,
}

/// The chores of a process.
pub struct Chores {
    setup: ChoreSetup,
    runtime: Handle,
    running: Mutex<BTreeSet<Chore>>,
}

impl Chores {
    /// Runs on the runtime of the caller, not on that of the beats.
    pub fn new(setup: ChoreSetup) -> Arc<Self> {
        Arc::new(Self {
            setup,
            runtime: Handle::current(),
            running: Mutex::default(),
        })
    }

    /// The names of those that this process can do.
    pub(super) fn names(&self) -> Vec<&'static str> {
        let can = |chore: &Chore| *chore != Chore::Schedules || !self.setup.schedules.is_empty();
        Chore::ALL.into_iter().filter(can).map(Chore::as_str).collect()
    }

    /// Has a chore done that is due, unless it is being done here. Waits for nothing.
    pub(super) fn begin(self: &Arc<Self>, chore: Chore) {
        if !self.running().insert(chore) {
            return;
        }
        let chores = Arc::clone(self);
        self.runtime.spawn(async move {
            let _done = Running(&chores, chore);
            chores.run(chore).await;
        });
    }

    async fn run(&self, chore: Chore) {
        let deadline = self.setup.deadline;
        let started = Instant::now();
        let outcome = timeout(deadline, self.take_and_do(chore)).await;
        let error = match outcome {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("not done within {} s", deadline.as_secs_f64()),
        };
        let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::warn!(chore = chore.as_str(), error, duration_ms, "a chore failed");
        let told = timeout(deadline, async {
            let mut conn = self.connect().await?;
            note(&mut conn, chore, self.rhythm(chore), self.setup.boot, Some(&error)).await
        });
        if !matches!(told.await, Ok(Ok(()))) {
            tracing::warn!(chore = chore.as_str(), "it could not be noted that a chore failed");
        }
    }

    async fn take_and_do(&self, chore: Chore) -> Result<(), DbError> {
        let (boot, rhythm) = (self.setup.boot, self.rhythm(chore));
        let mut conn = self.connect().await?;
        if !take(&mut conn, chore, rhythm, boot).await? {
            return Ok(());
        }
        let wakes = match chore {
            Chore::Leases => self.leases(&mut conn).await?,
            Chore::Nodes => {
                node::tidy(&mut conn).await?;
                Wakes::default()
            }
            Chore::Schedules => self.schedules(&mut conn).await?,
            Chore::Files => files(&mut conn).await?,
            Chore::Feed => {
                feed::care(&mut conn, self.setup.deadline / 2).await?;
                Wakes::default()
            }
        };
        note(&mut conn, chore, rhythm, boot, None).await?;
        drop(conn);
        let parts = self.setup.engine.parts();
        parts.waker.send(wakes).await;
        Ok(())
    }

    fn rhythm(&self, chore: Chore) -> Rhythm {
        chore.rhythm(self.setup.engine.parts().lease, self.setup.deadline)
    }

    /// A connection for one run: most processes do few chores, and hold none in between.
    async fn connect(&self) -> Result<AsyncPgConnection, DbError> {
        let mut config = self.setup.database.clone();
        // What this process does not wait for any more, the server is not to go on with.
        config.statement_timeout = config.statement_timeout.min(self.setup.deadline);
        connect(&config).await
    }

    /// Whoever can do a job that was lost is told, here at once: it waits long enough.
    async fn leases(&self, conn: &mut AsyncPgConnection) -> Result<Wakes, DbError> {
        let engine = &self.setup.engine;
        let swept = sweep(conn, engine.parts().lease).await?;
        let mut wakes = Wakes::default();
        for queue in swept.queues {
            wakes.add(queue, 1);
            if let Some(control) = engine.queue(queue) {
                control.ring();
            }
        }
        Ok(wakes)
    }

    async fn schedules(&self, conn: &mut AsyncPgConnection) -> Result<Wakes, DbError> {
        let mut wakes = Wakes::default();
        run_due_schedules(conn, &self.setup.schedules, &mut wakes).await?;
        Ok(wakes)
    }

    fn running(&self) -> MutexGuard<'_, BTreeSet<Chore>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A chore that is being done here; ended with the value.
struct Running<'a>(&'a Chores, Chore);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running().remove(&self.1);
    }
}

async fn files(conn: &mut AsyncPgConnection) -> Result<Wakes, DbError> {
    conn.transaction(async |conn| {
        let mut wakes = Wakes::default();
        let files = intents::sweep_dead(conn).await?;
        if !files.is_empty() {
            tracing::info!(files = files.len(), "files that nobody will finish are removed");
            let files = files.iter().map(|path| path.to_string_lossy().into_owned()).collect();
            enqueue_deletion(conn, &mut wakes, files).await?;
        }
        Ok(wakes)
    })
    .await
}
