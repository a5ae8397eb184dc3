use std::time::Duration;

use crate::config::{ConfigError, Env};

/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(3_600);

/// How long a failed job waits before it is tried again: four times longer after each failure, with a tenth of jitter to
/// either side so that jobs which failed together do not come back together.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// The wait after the first failure (`SAFELIGHT_RETRY_DELAY`, default 5 s).
    pub first: Duration,
}

impl Backoff {
    /// Reads `SAFELIGHT_RETRY_DELAY`.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self {
            first: env.duration("SAFELIGHT_RETRY_DELAY")?.unwrap_or(Duration::from_secs(5)),
        })
    }

    /// The wait after this many failures (1 or more).
    pub fn after(&self, failures: i32) -> Duration {
        let doublings = u32::try_from(failures.max(1) - 1)
            .unwrap_or(0)
            .saturating_mul(2)
            .min(20);
        let wait = self.first.saturating_mul(1_u32 << doublings).min(LONGEST);
        wait.mul_f64(0.9 + 0.2 * random_share())
    }
}

/// A random number of 0 to 1; the middle where the system has no randomness to give.
fn random_share() -> f64 {
    getrandom::u32().map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_fourfold_with_jitter_and_ends_at_an_hour() {
        let backoff = Backoff {
            first: Duration::from_secs(5),
        };
        for (failures, seconds) in [(1, 5.0), (2, 20.0), (3, 80.0), (20, 3_600.0)] {
            let wait = backoff.after(failures).as_secs_f64();
            assert!((seconds * 0.89..=seconds * 1.11).contains(&wait), "{failures}: {wait}");
        }
    }
}
