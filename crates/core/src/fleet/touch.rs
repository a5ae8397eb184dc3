use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// When the database last answered a beat.
#[derive(Debug)]
pub struct Touch {
    last: Mutex<Instant>,
}

impl Default for Touch {
    fn default() -> Self {
        Self {
            last: Mutex::new(Instant::now()),
        }
    }
}

impl Touch {
    /// It answered now.
    pub fn note(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// How long ago that was.
    pub fn age(&self) -> Duration {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }
}
