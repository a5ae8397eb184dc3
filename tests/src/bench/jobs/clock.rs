use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The time since the machine has started: the same clock in every process.
pub(super) fn now() -> Duration {
    let now = clock_gettime(ClockId::Monotonic);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(now.tv_nsec).unwrap_or_default())
}
