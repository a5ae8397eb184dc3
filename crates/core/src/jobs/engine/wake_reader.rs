use std::sync::Arc;
use std::time::Duration;

use fred::prelude::{ClientLike as _, StreamsInterface as _};
use tokio::time::timeout;

use super::control::{Engine, QueueControl};
use crate::events::{StreamConnection, StreamError, entries};
use crate::ids::QueueName;
use crate::jobs::wake::{WAKE_GROUP, Wakes, wake_key};

/// Wait after an error; meanwhile beats find the work.
const AFTER_ERROR: Duration = Duration::from_secs(1);

/// Reads wake-ups of one queue while there are free slots, on a connection of its own, and rings the queue's bell.
/// The consumer is named by the boot UUID, so that no two processes can share one.
pub(super) async fn read_wakes(engine: Arc<Engine>, queue: QueueName) {
    let Some(control) = engine.queue(queue) else { return };
    let mut reader = match Reader::open(&engine, queue) {
        Ok(reader) => reader,
        Err(error) => {
            tracing::error!(queue = %queue, error = %error, "no wake-ups will be read; work is found by beats");
            return;
        }
    };
    tokio::select! {
        () = reader.run(&engine, control, queue) => {}
        () = engine.admission.stopping() => {}
    }
    reader.leave().await;
}

struct Reader {
    connection: StreamConnection,
    turn: usize,
    key: String,
    consumer: String,
}

impl Reader {
    fn open(engine: &Engine, queue: QueueName) -> Result<Self, StreamError> {
        Ok(Self {
            connection: StreamConnection::open(&engine.parts.redis, 0)?,
            turn: 0,
            key: wake_key(&engine.parts.redis, queue),
            consumer: engine.parts.boot.to_string(),
        })
    }

    async fn run(&mut self, engine: &Engine, control: &QueueControl, queue: QueueName) {
        loop {
            if !engine.admission.opened().await {
                return;
            }
            control.wait_free().await;
            // What is read while a suspect runs would be kept from others.
            engine.solitude.ended().await;
            match self.connection.in_time(self.read()).await {
                Ok(Ok(0)) => {}
                Ok(Ok(_)) => {
                    engine.metrics.wakes.inc();
                    pass_on_or_ring(engine, control, queue).await;
                }
                Ok(Err(error)) => self.recover(engine, control, error).await,
                Err(_) => self.connect_anew(engine, queue).await,
            }
        }
    }

    /// Leaves a connection on which nothing comes. The old one is told nothing, since nobody may hear it; it is closed.
    async fn connect_anew(&mut self, engine: &Engine, queue: QueueName) {
        if self.connection.client().is_connected() {
            tracing::warn!(queue = %queue, "Redis is silent: connecting anew");
        }
        self.turn += 1;
        match StreamConnection::open(&engine.parts.redis, self.turn) {
            Ok(connection) => self.connection = connection,
            Err(error) => {
                tracing::warn!(queue = %queue, error = %error, "no new connection can be made");
                tokio::time::sleep(AFTER_ERROR).await;
            }
        }
    }

    /// Reads and removes at most one wake-up; says how many it got.
    async fn read(&self) -> Result<usize, fred::error::Error> {
        let client = self.connection.client();
        let block = self.connection.block();
        let answer = client
            .xreadgroup(WAKE_GROUP, &self.consumer, Some(1), block, true, &self.key, ">")
            .await?;
        let ids: Vec<String> = entries(answer)?.into_iter().map(|(id, _)| id).collect();
        if !ids.is_empty() {
            client.xdel::<(), _, _>(&self.key, ids.clone()).await?;
        }
        Ok(ids.len())
    }

    /// A flushed or new Redis has no group: it is made from the stream's start, and since wake-ups may have been lost
    /// the queue is looked at.
    async fn recover(&self, engine: &Engine, control: &QueueControl, error: fred::error::Error) {
        // What a reader hears that waits while the stream goes; the next read hears the other.
        if error.to_string().contains("UNBLOCKED") {
            return;
        }
        if !error.to_string().contains("NOGROUP") {
            tracing::debug!(error = %error, "wake-ups cannot be read; work is found by beats");
            tokio::time::sleep(AFTER_ERROR).await;
            return;
        }
        let made = self
            .connection
            .client()
            .xgroup_create::<(), _, _, _>(&self.key, WAKE_GROUP, "0", true)
            .await;
        match made {
            Ok(()) => {
                engine.metrics.groups_created.inc();
                control.ring();
            }
            Err(error) if error.to_string().contains("BUSYGROUP") => {}
            Err(error) => {
                tracing::debug!(error = %error, "the consumer group cannot be made");
                tokio::time::sleep(AFTER_ERROR).await;
            }
        }
    }

    /// Takes the consumer out of the group, best effort.
    async fn leave(&self) {
        let client = self.connection.client();
        let gone = client.xgroup_delconsumer::<(), _, _, _>(&self.key, WAKE_GROUP, &self.consumer);
        let _ = timeout(Duration::from_millis(200), gone).await;
        let _ = timeout(Duration::from_millis(200), client.quit()).await;
    }
}

/// A wake-up that arrives when the last slot has just been taken, or a suspect has just begun, is somebody else's.
async fn pass_on_or_ring(engine: &Engine, control: &QueueControl, queue: QueueName) {
    if control.free() > 0 && !engine.solitude.is_kept() {
        control.ring();
        return;
    }
    let mut wakes = Wakes::default();
    wakes.add(queue, 1);
    engine.parts.waker.send(wakes).await;
    control.wait_free().await;
    control.ring();
}
