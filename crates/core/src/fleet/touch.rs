use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// When the database last answered a beat, and whether it gives this process a connection.
#[derive(Debug)]
pub struct Touch {
    last: Mutex<Instant>,
    is_refused: AtomicBool,
}

impl Default for Touch {
    fn default() -> Self {
        Self {
            last: Mutex::new(Instant::now()),
            is_refused: AtomicBool::new(false),
        }
    }
}

impl Touch {
    /// It answered now.
    pub fn note(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.is_refused.store(false, Ordering::Relaxed);
    }

    /// How long ago that was.
    pub fn age(&self) -> Duration {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// The beat has no connection, because the server has none left.
    pub fn note_refusal(&self) {
        self.is_refused.store(true, Ordering::Relaxed);
    }

    /// Whether that is so since the last beat.
    pub fn is_refused(&self) -> bool {
        self.is_refused.load(Ordering::Relaxed)
    }
}
