//! Jobs of one queue that end with nothing to write, in groups: while one statement is on its way to the disk, what ends
//! meanwhile gathers for the next. A job that ends alone waits for nothing.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::control::Engine;
use super::finish::finish_empty;
use super::patience::keep_trying;
use crate::crash::CrashPoint;
use crate::db::DbError;
use crate::ids::QueueName;

/// A job that has ended, and who waits to hear whether it was still ours.
struct Ended {
    id: Uuid,
    lease: i64,
    told: oneshot::Sender<Result<bool, Arc<DbError>>>,
}

/// Where ended jobs go in.
#[derive(Debug, Clone)]
pub(super) struct Ending {
    sender: mpsc::UnboundedSender<Ended>,
    inside: Arc<AtomicUsize>,
}

impl std::fmt::Debug for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} under {}", self.id, self.lease)
    }
}

/// Where they come out.
#[derive(Debug)]
pub(super) struct Endings(mpsc::UnboundedReceiver<Ended>);

/// The two ends. There are never more jobs inside than the node has slots, and a group.
pub(super) fn endings() -> (Ending, Endings) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let inside = Arc::default();
    (Ending { sender, inside }, Endings(receiver))
}

impl Ending {
    /// How many jobs are on their way.
    pub(super) fn inside(&self) -> usize {
        self.inside.load(Ordering::Relaxed)
    }

    /// Ends a job; false where it is somebody else's now.
    ///
    /// # Errors
    /// When the database refuses, or was away for too long.
    pub(super) async fn end(&self, id: Uuid, lease: i64) -> Result<bool, DbError> {
        let (told, hears) = oneshot::channel();
        let gone = || DbError::Unknown("the engine has stopped".to_owned());
        self.inside.fetch_add(1, Ordering::Relaxed);
        let outcome = match self.sender.send(Ended { id, lease, told }) {
            Ok(()) => hears.await.map_err(|_| gone()),
            Err(_) => Err(gone()),
        };
        self.inside.fetch_sub(1, Ordering::Relaxed);
        outcome?.map_err(DbError::Shared)
    }
}

/// Ends what comes out of `endings`, up to `most` jobs at once, until the engine is gone: whoever ends a job holds it, and this does not.
pub(super) async fn end_in_groups(engine: Weak<Engine>, queue: QueueName, most: usize, mut endings: Endings) {
    let mut group = Vec::new();
    while endings.0.recv_many(&mut group, most).await > 0 {
        let Some(engine) = engine.upgrade() else { return };
        let jobs: Vec<_> = group.iter().map(|ended| (ended.id, ended.lease)).collect();
        let ours = end(&engine, queue, &jobs).await.map_err(Arc::new);
        CrashPoint::Committed.reached();
        for ended in group.drain(..) {
            let outcome = match &ours {
                Ok(ours) => Ok(ours.contains(&ended.id)),
                Err(error) => Err(Arc::clone(error)),
            };
            // Who does not wait any more was stopped.
            let _ = ended.told.send(outcome);
        }
    }
}

/// Ends one job in a transaction of its own; false where it is somebody else's now.
pub(super) async fn end_alone(engine: &Engine, queue: QueueName, id: Uuid, lease: i64) -> Result<bool, DbError> {
    let ours = end(engine, queue, &[(id, lease)]).await?;
    CrashPoint::Committed.reached();
    Ok(ours.contains(&id))
}

async fn end(engine: &Engine, queue: QueueName, jobs: &[(Uuid, i64)]) -> Result<HashSet<Uuid>, DbError> {
    keep_trying(|| async {
        let mut conn = engine.parts.pool.get().await?;
        finish_empty(&mut conn, queue, engine.parts.boot, jobs).await
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::super::control::{EngineParts, always_well};
    use super::super::registry::Registry;
    use super::*;
    use crate::config::{DatabaseConfig, Env, RedisConfig};
    use crate::db::{self, Planning};
    use crate::events::{CommandPool, EventBus};
    use crate::jobs::{Abilities, Announcement, Backoff, Waker};
    use crate::settings::{Settings, SystemConfig, Versioned};

    /// An engine whose servers nobody asks.
    fn engine() -> Arc<Engine> {
        let env = Env::of([("DB_URL", "postgres://nobody@127.0.0.1:1/nothing")]);
        let redis = RedisConfig::from_env(&env).unwrap();
        let commands = CommandPool::new(&redis).unwrap();
        let pool = db::pool(&DatabaseConfig::from_env(&env).unwrap(), 1, Planning::Once).unwrap();
        Engine::new(EngineParts {
            boot: Uuid::from_u128(1),
            host: "test".to_owned(),
            pool,
            waker: Waker::new(commands.clone(), redis.clone()),
            bus: EventBus::new(commands, &redis),
            redis,
            settings: Settings::new(Versioned {
                version: 0,
                value: SystemConfig::default(),
            }),
            lease: Duration::from_secs(10),
            visibility_grace: Duration::from_secs(1),
            group: 10,
            backoff: Backoff {
                first: Duration::from_secs(1),
            },
            abilities: Abilities::new(Announcement::default()),
            registry: Registry::default(),
            examination: always_well(),
        })
    }

    #[tokio::test]
    async fn the_task_of_groups_ends_with_its_engine() {
        let engine = engine();
        let (ending, endings) = endings();
        let task = tokio::spawn(end_in_groups(
            Arc::downgrade(&engine),
            QueueName::Migration,
            10,
            endings,
        ));
        // It waits for what ends.
        tokio::task::yield_now().await;
        drop(engine);
        // Somebody may still hold this end when the engine goes.
        let ended = ending.end(Uuid::from_u128(2), 1);
        let ended = timeout(Duration::from_secs(10), ended).await;
        assert!(matches!(ended, Ok(Err(DbError::Unknown(_)))), "{ended:?}");
        let ended = timeout(Duration::from_secs(10), task).await;
        ended.unwrap().unwrap();
    }
}
