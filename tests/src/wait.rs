//! Waiting for a condition instead of sleeping.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::Instant;

/// How long a condition may take before a test gives up: generous, because all tests share two cores.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How often a condition is looked at.
const STEP: Duration = Duration::from_millis(25);

/// Waits until `condition` answers `Ok(true)`, at most [`PATIENCE`].
///
/// # Errors
/// When time is up; the message names `what` and the last error of the condition.
pub async fn wait_until<F, Fut>(what: &str, condition: F) -> Result<()>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<bool>>,
{
    wait_until_for(PATIENCE, what, condition).await
}

/// Waits until `condition` answers `Ok(true)`, at most `patience`. Errors of the condition count as "not yet".
///
/// # Errors
/// When time is up; the message names `what` and the last error of the condition.
pub async fn wait_until_for<F, Fut>(patience: Duration, what: &str, mut condition: F) -> Result<()>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<bool>>,
{
    let deadline = Instant::now() + patience;
    let mut last = None;
    loop {
        match tokio::time::timeout_at(deadline, condition()).await {
            Ok(Ok(true)) => return Ok(()),
            Ok(Ok(false)) => last = None,
            Ok(Err(error)) => last = Some(error),
            Err(_elapsed) => {}
        }
        if Instant::now() >= deadline {
            match last {
                Some(error) => bail!("waited {patience:?} in vain until {what}: {error:#}"),
                None => bail!("waited {patience:?} in vain until {what}"),
            }
        }
        tokio::time::sleep(STEP).await;
    }
}
