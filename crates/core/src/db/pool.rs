//! The pool of connections that a service's ordinary work shares.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deadpool_redis::QueueMode;
use diesel::ConnectionError;
use diesel_async::pooled_connection::deadpool::{self, Hook, HookError, PoolError};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use futures_util::FutureExt as _;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::connect::{Planning, establish};
use super::places::{Place, Places};
use super::room::{REFUSED_WAIT, Room, Thrift};
use super::{DbError, refused, tls};
use crate::config::DatabaseConfig;

/// A connection that was idle for longer is asked whether it still answers before it is given out; one that has just been used
/// is only looked at.
const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// How long such a question may take.
const QUESTION: Duration = Duration::from_secs(5);
/// How long a caller waits for a connection of the pool before it is told that there is none.
const POOL_WAIT: Duration = Duration::from_secs(10);

/// Connections of a pool that nobody has used for this long are closed, but for a few.
const IDLE: Duration = Duration::from_secs(60);
/// How many are kept of those, for what comes next.
const SPARED: usize = 2;
/// The same where connections run out: none is kept.
const IDLE_IN_NEED: Duration = Duration::from_secs(3);

type Inner = deadpool::Pool<AsyncPgConnection>;

/// The pool. Cheap to clone.
#[derive(Clone)]
pub struct Pool {
    inner: Inner,
    places: Arc<Places>,
    life: Arc<Life>,
}

/// How the pool lives with the room that Postgres has.
struct Life {
    most: usize,
    percent: u8,
    thrift: Mutex<Thrift>,
    changed: Notify,
}

/// A connection of the pool, given back with the value.
pub struct PooledConnection {
    // In the order in which they are given back.
    conn: deadpool::Object<AsyncPgConnection>,
    _place: Place,
}

/// A pool of up to `max_size` connections; none is opened before it is needed.
pub fn pool(config: &DatabaseConfig, max_size: usize, planning: Planning) -> Result<Pool, DbError> {
    let tls = tls::connector(config)?;
    let shared = config.clone();
    let mut manager = ManagerConfig::default();
    manager.recycling_method = RecyclingMethod::Fast;
    manager.custom_setup = Box::new(move |_url| {
        let (config, tls) = (shared.clone(), tls.clone());
        // Who is refused waits, for as long as making a connection may take.
        async move {
            loop {
                match establish(&config, tls.clone(), planning).await {
                    Err(error) if refused::is_refusal(&error) => refused::wait().await,
                    done => return done,
                }
            }
        }
        .boxed()
    });
    let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config("", manager);
    let inner = Inner::builder(manager)
        .max_size(max_size)
        // The one used last is given out first, so that those a busy hour has opened become idle.
        .queue_mode(QueueMode::Lifo)
        .pre_recycle(Hook::async_fn(|conn: &mut AsyncPgConnection, metrics| {
            async move {
                if metrics.last_used() < TRUSTED_FOR {
                    return Ok(());
                }
                match timeout(QUESTION, conn.batch_execute("select")).await {
                    Ok(Ok(())) => Ok(()),
                    _ => Err(HookError::message("the connection does not answer")),
                }
            }
            .boxed()
        }))
        .create_timeout(Some(POOL_WAIT))
        .runtime(deadpool_redis::Runtime::Tokio1)
        .build()
        .map_err(|error| DbError::Connect(ConnectionError::BadConnection(error.to_string())))?;
    Ok(Pool {
        inner,
        places: Places::new(max_size),
        life: Arc::new(Life {
            most: max_size,
            percent: config.crowded_percent,
            thrift: Mutex::new(Thrift {
                size: max_size,
                is_thrifty: false,
                lends_beats: false,
            }),
            changed: Notify::new(),
        }),
    })
}

impl Pool {
    /// A connection.
    ///
    /// # Errors
    /// None was free within ten seconds, or the server gives none.
    pub async fn get(&self) -> Result<PooledConnection, PoolError> {
        let place = timeout(POOL_WAIT, self.places.take());
        let place = place
            .await
            .map_err(|_| PoolError::Timeout(::deadpool::managed::TimeoutType::Wait))?;
        self.connection(place).await
    }

    /// A connection for a start, which waits until there is one, and says so.
    pub async fn get_at_last(&self) -> PooledConnection {
        let mut said = None;
        loop {
            let reason = match self.get().await {
                Ok(conn) => return conn,
                Err(error) => error.to_string(),
            };
            if said.as_ref() != Some(&reason) {
                tracing::warn!(reason, "waiting for a connection to the database");
                said = Some(reason);
            }
            sleep(REFUSED_WAIT).await;
        }
    }

    /// A connection for somebody who does not wait long.
    ///
    /// # Errors
    /// [`DbError::Busy`] where all are in use for as long as `wait`; [`DbError::Silent`] where the server says nothing for
    /// `patience` more.
    pub async fn get_within(&self, wait: Duration, patience: Duration) -> Result<PooledConnection, DbError> {
        let until = Instant::now() + wait;
        let place = timeout_at(until, self.places.take()).await.map_err(|_| DbError::Busy)?;
        let conn = timeout_at(until + patience, self.connection(place)).await;
        Ok(conn.map_err(|_| {
            if refused::is_recent() {
                DbError::Busy
            } else {
                DbError::Silent
            }
        })??)
    }

    async fn connection(&self, place: Place) -> Result<PooledConnection, PoolError> {
        Ok(PooledConnection {
            conn: self.inner.get().await?,
            _place: place,
        })
    }

    /// The most connections it ever has.
    pub fn most(&self) -> usize {
        self.life.most
    }

    /// The most that it has as long as the server has no more room.
    pub fn size(&self) -> usize {
        self.places.size()
    }

    /// Heeds how much room the server has: see [`Room`].
    pub fn heed(&self, room: Room) {
        let Life {
            most, percent, changed, ..
        } = &*self.life;
        let mut thrift = self.thrift();
        let after = thrift.after(room, *most, *percent);
        if std::mem::replace(&mut *thrift, after) == after {
            return;
        }
        self.places.resize(thrift.size);
        tracing::debug!(
            connections = thrift.size,
            thrifty = thrift.is_thrifty,
            db.used = room.used,
            db.most = room.most,
            processes = room.processes,
            "the pool follows the room that Postgres has"
        );
        changed.notify_one();
    }

    /// Whether connections are so few that a process which holds no lease is to have none between two beats.
    pub fn lends_beats(&self) -> bool {
        self.thrift().lends_beats
    }

    /// Whether connections are few enough that none is to be kept which is not in use.
    fn is_thrifty(&self) -> bool {
        self.thrift().is_thrifty
    }

    fn thrift(&self) -> MutexGuard<'_, Thrift> {
        self.life.thrift.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for PooledConnection {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        &self.conn
    }
}

impl DerefMut for PooledConnection {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        &mut self.conn
    }
}

/// Closes idle connections of a pool, now and then, until it is dropped.
pub async fn close_idle(pool: Pool) {
    loop {
        let (age, spared) = if pool.is_thrifty() {
            (IDLE_IN_NEED, 0)
        } else {
            (IDLE, SPARED)
        };
        let mut idle = 0;
        pool.inner.retain(|_, metrics| {
            if metrics.last_used() < age {
                return true;
            }
            idle += 1;
            idle <= spared
        });
        tokio::select! {
            () = sleep(age / 4) => {}
            () = pool.life.changed.notified() => {}
        }
    }
}
