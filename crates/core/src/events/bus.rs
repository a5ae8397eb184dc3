use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use deadpool_redis::redis;
use fred::prelude::StreamsInterface as _;
use tokio::time::sleep;

use super::Event;
use super::stream::{Entry, StreamConnection, entries};
use super::{CommandPool, StreamError};
use crate::config::RedisConfig;

/// About how many events the stream keeps.
pub const EVENTS_KEPT: usize = 10_000;
/// Most events of one read.
const BATCH: u64 = 500;
/// The one field of an entry.
const FIELD: &str = "event";

/// The time between two tries to tell that events were lost.
const TELL_AGAIN: Duration = Duration::from_millis(500);

/// Appends events to the stream, best effort. What is lost cannot be told any more, but that something was is told as soon as
/// Redis answers again.
#[derive(Clone)]
pub struct EventBus {
    pool: CommandPool,
    key: String,
    /// Events that were lost since that was told last.
    lost: Arc<AtomicUsize>,
}

impl EventBus {
    /// The bus of this installation.
    pub fn new(pool: CommandPool, config: &RedisConfig) -> Self {
        Self {
            pool,
            key: config.key("events"),
            lost: Arc::default(),
        }
    }

    /// Appends the events in order. Redis being slow or away costs at most 200 ms and is only logged.
    pub async fn publish(&self, events: &[Event]) {
        for event in events {
            if let Err(error) = self.append(event).await {
                self.tell_later();
                if matches!(error, StreamError::Resting) {
                    tracing::debug!(error = %error, "events are not published");
                    return;
                }
                tracing::warn!(error = %error, "an event could not be published");
                return;
            }
        }
    }

    /// Sees that it is told that events were lost.
    fn tell_later(&self) {
        if self.lost.fetch_add(1, Ordering::SeqCst) > 0 {
            // Somebody sees to it already.
            return;
        }
        let bus = self.clone();
        tokio::spawn(async move {
            loop {
                sleep(TELL_AGAIN).await;
                let told = bus.lost.load(Ordering::SeqCst);
                if bus.append(&Event::Missed).await.is_ok() && bus.lost.fetch_sub(told, Ordering::SeqCst) == told {
                    return;
                }
            }
        });
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

    /// The next events, after at most five seconds; empty where nothing happened, and at once on a new connection. On an error the caller tries again
    /// later: the position is kept, so that nothing the stream still holds is missed.
    pub async fn next(&mut self) -> Result<Vec<Event>, StreamError> {
        let entries = match self.read().await {
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
        let Self {
            config,
            key,
            last,
            connection,
            turn,
        } = self;
        let connection = match connection {
            Some(connection) => connection,
            none => {
                *turn += 1;
                none.insert(StreamConnection::open(config, *turn)?)
            }
        };
        let read = connection.in_time(read_from(connection, key, last)).await;
        read.unwrap_or(Err(StreamError::Deadline))
    }
}

/// What comes after the entry `last`, which becomes the newest one where none is known yet.
async fn read_from(connection: &StreamConnection, key: &str, last: &mut String) -> Result<Vec<Entry>, StreamError> {
    let client = connection.client();
    if last == "$" {
        // Pin the position, or events between two reads would be lost until the first arrives.
        let newest: Vec<Entry> = client.xrevrange_values(key, "+", "-", Some(1)).await?;
        *last = newest.into_iter().next().map_or_else(|| "0".to_owned(), |(id, _)| id);
    }
    let answer = client
        .xread(Some(BATCH), connection.block(), key, last.as_str())
        .await?;
    Ok(entries(answer)?)
}
