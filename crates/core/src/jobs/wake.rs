use std::collections::BTreeMap;

use deadpool_redis::redis;

use crate::config::RedisConfig;
use crate::events::{CommandPool, StreamError};
use crate::ids::QueueName;

/// The consumer group that all workers share.
pub const WAKE_GROUP: &str = "workers";
/// About how many wake-ups a stream keeps: a trimmed one costs a beat, not a job.
const WAKES_KEPT: usize = 1_000;

/// The stream that wakes the consumers of a queue.
pub fn wake_key(config: &RedisConfig, queue: QueueName) -> String {
    config.key(&format!("wake:{queue}"))
}

/// Which queues got how many new rows in a transaction, to be told after its commit.
#[derive(Debug, Default, Clone)]
#[must_use = "consumers are woken by `Waker::send`, after the commit"]
pub struct Wakes {
    rows: BTreeMap<QueueName, u64>,
}

impl Wakes {
    /// Notes `rows` new rows.
    pub fn add(&mut self, queue: QueueName, rows: u64) {
        if rows > 0 {
            *self.rows.entry(queue).or_default() += rows;
        }
    }

    /// Takes the notes of another transaction along.
    pub fn merge(&mut self, other: Wakes) {
        for (queue, rows) in other.rows {
            self.add(queue, rows);
        }
    }

    /// True where nobody needs to be woken.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Sends wake-ups. They only say that there is work, so that a lost, doubled or late one does no harm.
#[derive(Clone)]
pub struct Waker {
    pool: CommandPool,
    config: RedisConfig,
}

impl Waker {
    /// The waker of this installation.
    pub fn new(pool: CommandPool, config: RedisConfig) -> Self {
        Self { pool, config }
    }

    /// Wakes the consumers, within 200 ms or not at all: without Redis they look by themselves at every beat.
    pub async fn send(&self, wakes: Wakes) {
        for (queue, rows) in wakes.rows {
            if let Err(error) = self.add(queue, rows).await {
                if matches!(error, StreamError::Resting) {
                    tracing::debug!(queue = %queue, error = %error, "consumers are not woken");
                    return;
                }
                tracing::warn!(queue = %queue, error = %error, "consumers could not be woken and will look at their next beat");
                return;
            }
        }
    }

    async fn add(&self, queue: QueueName, rows: u64) -> Result<(), StreamError> {
        let mut command = redis::cmd("XADD");
        command
            .arg(wake_key(&self.config, queue))
            .arg("MAXLEN")
            .arg("~")
            .arg(WAKES_KEPT)
            .arg("*");
        command.arg("rows").arg(rows);
        self.pool.query::<String>(&command).await.map(drop)
    }
}
