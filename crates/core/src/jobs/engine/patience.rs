use std::time::{Duration, Instant};

use crate::db::{DbError, jitter};

/// Without the database for this long, a node gives up what it holds.
const GIVE_UP_AFTER: Duration = Duration::from_secs(600);
/// How often a write that the database refuses is tried before the attempt counts as failed.
const REFUSALS: u32 = 3;
/// How often one that met another transaction each time is tried.
const COLLISIONS: u32 = 20;
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// How long a write is tried: as long as the database is away, up to [`GIVE_UP_AFTER`]; where it answers with a refusal, a
/// few times; where two transactions met, more often and after random waits.
struct Patience {
    started: Instant,
    refusals: u32,
    collisions: u32,
    wait: Duration,
}

/// Tries a write as often as patience lasts.
///
/// # Errors
/// With the last try's error.
pub(crate) async fn keep_trying<T, F>(mut write: impl FnMut() -> F) -> Result<T, DbError>
where
    F: Future<Output = Result<T, DbError>>,
{
    let mut patience = Patience::start();
    loop {
        match write().await {
            Ok(written) => return Ok(written),
            Err(error) => patience.wait_after(error).await?,
        }
    }
}

impl Patience {
    fn start() -> Self {
        Self {
            started: Instant::now(),
            refusals: 0,
            collisions: 0,
            wait: Duration::from_millis(50),
        }
    }

    /// Waits before the next try, or gives the error back.
    async fn wait_after(&mut self, error: DbError) -> Result<(), DbError> {
        if error.is_collision() {
            self.collisions += 1;
        } else if !error.is_away() {
            self.refusals += 1;
        }
        let is_enough = self.refusals >= REFUSALS || self.collisions >= COLLISIONS;
        if is_enough || self.started.elapsed() > GIVE_UP_AFTER {
            return Err(error);
        }
        let wait = if error.is_collision() {
            jitter(self.wait)
        } else {
            self.wait
        };
        tokio::time::sleep(wait).await;
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        Ok(())
    }
}
