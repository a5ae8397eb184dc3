//! A server that has no connection left for us.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::ConnectionError;
use tokio::time::sleep;

use super::again::jitter;
use super::room::REFUSED_WAIT;
use super::sqlstate::{code_in, is_refusal as is_code};

/// At most one line of the log in this time says so.
const SILENCE: Duration = Duration::from_secs(10);
/// A refusal this old says nothing of now.
const RECENT: Duration = Duration::from_secs(2);

struct Seen {
    refused: Instant,
    told: Instant,
}

static SEEN: Mutex<Option<Seen>> = Mutex::new(None);

/// Whether it is that no connection was left.
pub(super) fn is_refusal(error: &ConnectionError) -> bool {
    matches!(error, ConnectionError::BadConnection(text) if code_in(text).is_some_and(is_code))
}

/// Notes a refusal, says now and then that this process waits, and waits before another try.
pub(crate) async fn wait() {
    tell();
    sleep(REFUSED_WAIT / 2 + jitter(REFUSED_WAIT)).await;
}

fn tell() {
    let now = Instant::now();
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let told = seen.as_ref().map(|seen| seen.told);
    let is_news = told.is_none_or(|told| now - told > SILENCE);
    *seen = Some(Seen {
        refused: now,
        told: told.filter(|_| !is_news).unwrap_or(now),
    });
    drop(seen);
    if is_news {
        tracing::warn!("Postgres has no connection left: this process waits for one (max_connections)");
    }
}

/// Whether this process was refused a moment ago.
pub(super) fn is_recent() -> bool {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.as_ref().is_some_and(|seen| seen.refused.elapsed() < RECENT)
}
