use deadpool_redis::redis;
use fred::prelude::StreamsInterface as _;
use tokio::time::timeout;

use super::Event;
use super::stream::{BLOCK_MS, Entry, READ_DEADLINE, StreamConnection, entries};
use super::{CommandPool, StreamError};
use crate::config::RedisConfig;

/// About how many events the stream keeps.
pub const EVENTS_KEPT: usize = 10_000;
/// Most events of one read.
const BATCH: u64 = 500;
/// The one field of an entry.
const FIELD: &str = "event";

/// Appends events to the stream, best effort.
#[derive(Clone)]
pub struct EventBus {
    pool: CommandPool,
    key: String,
}

impl EventBus {
    /// The bus of this installation.
    pub fn new(pool: CommandPool, config: &RedisConfig) -> Self {
        Self {
            pool,
            key: config.key("events"),
        }
    }

    /// Appends the events in order. Redis being slow or away costs at most 200 ms and is only logged.
    pub async fn publish(&self, events: &[Event]) {
        for event in events {
            if let Err(error) = self.append(event).await {
                if matches!(error, StreamError::Resting) {
                    tracing::debug!(error = %error, "events are not published");
                    return;
                }
                tracing::warn!(error = %error, "an event could not be published");
                return;
            }
        }
    }

    async fn append(&self, event: &Event) -> Result<(), StreamError> {
        let body = serde_json::to_string(event).map_err(|error| StreamError::Config(error.to_string()))?;
        let mut command = redis::cmd("XADD");
        command
            .arg(&self.key)
            .arg("MAXLEN")
            .arg("~")
            .arg(EVENTS_KEPT)
            .arg("*")
            .arg(FIELD)
            .arg(body);
        self.pool.query::<String>(&command).await.map(drop)
    }
}

/// Reads the stream from the moment it is opened.
pub struct EventReader {
    config: RedisConfig,
    key: String,
    last: String,
    connection: Option<StreamConnection>,
    turn: usize,
}

impl EventReader {
    /// Opens a connection of its own.
    pub fn open(config: &RedisConfig) -> Result<Self, StreamError> {
        Ok(Self {
            config: config.clone(),
            key: config.key("events"),
            last: "$".to_owned(),
            connection: Some(StreamConnection::open(config, 0)?),
            turn: 0,
        })
    }

    /// The next events, after at most five seconds; empty where nothing happened. On an error the caller tries again
    /// later: the position is kept, so that nothing the stream still holds is missed.
    pub async fn next(&mut self) -> Result<Vec<Event>, StreamError> {
        let read = timeout(READ_DEADLINE, self.read()).await;
        let entries = match read.unwrap_or(Err(StreamError::Deadline)) {
            Ok(entries) => entries,
            Err(error) => {
                // Whatever state it is in, a new one is in a known one.
                self.connection = None;
                return Err(error);
            }
        };
        let mut events = Vec::with_capacity(entries.len());
        for (id, mut fields) in entries {
            self.last = id;
            let body = fields.remove(FIELD);
            // An event of a newer release is one this gateway has no words for.
            events.extend(body.and_then(|body| serde_json::from_str(&body).ok()));
        }
        Ok(events)
    }

    async fn read(&mut self) -> Result<Vec<Entry>, StreamError> {
        let client = if let Some(connection) = &self.connection {
            connection.client().clone()
        } else {
            self.turn += 1;
            let connection = StreamConnection::open(&self.config, self.turn)?;
            self.connection.insert(connection).client().clone()
        };
        if self.last == "$" {
            // Pin the position, or events between two reads would be lost until the first arrives.
            let newest: Vec<Entry> = client.xrevrange_values(&self.key, "+", "-", Some(1)).await?;
            self.last = newest.into_iter().next().map_or_else(|| "0".to_owned(), |(id, _)| id);
        }
        let answer = client.xread(Some(BATCH), Some(BLOCK_MS), &self.key, &self.last).await?;
        Ok(entries(answer)?)
    }
}
