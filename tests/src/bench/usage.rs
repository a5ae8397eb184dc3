//! Processor time and memory of processes, as the kernel counts them (proc(5)).

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::system::{Service, descendants};

/// The unit of processor time in proc(5): `USER_HZ`, which is 100 for every program on Linux.
const TICKS_PER_SECOND: f64 = 100.0;
/// How often memory is looked at while something works.
const SAMPLE: Duration = Duration::from_millis(50);

/// CPU seconds of a process and of all its children that have ended.
///
/// # Errors
/// When the process is gone.
pub(super) fn cpu_seconds(pid: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, tail) = text.rsplit_once(')').context("a line of /proc/<pid>/stat")?;
    // utime, stime, cutime, cstime are fields 14 to 17; `tail` begins with field 3.
    let ticks: u64 = tail
        .split_whitespace()
        .skip(11)
        .take(4)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Ok(float(ticks) / TICKS_PER_SECOND)
}

/// CPU seconds of a service and its children.
///
/// # Errors
/// When it does not run.
pub(super) fn cpu_of(service: &Service) -> Result<f64> {
    cpu_seconds(service.pid().context("the service does not run")?)
}

/// Resident bytes of a process alone.
pub(super) fn resident(pid: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) << 10
}

/// Resident bytes of a process and everything below it. Pages that several share are counted for each.
pub(super) fn resident_with_children(pid: u32) -> u64 {
    let below = descendants(pid).into_iter().map(|seen| resident(seen.pid));
    below.fold(resident(pid), u64::saturating_add)
}

/// Watches the memory of a process and its children until it is asked for the highest it has seen.
pub(super) struct Peak {
    highest: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Peak {
    /// Starts watching.
    pub(super) fn watch(pid: u32) -> Self {
        let (highest, ended) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (seen, stop) = (Arc::clone(&highest), Arc::clone(&ended));
        let thread = std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                seen.fetch_max(resident_with_children(pid), Ordering::Relaxed);
                std::thread::sleep(SAMPLE);
            }
        });
        Self { highest, ended, thread }
    }

    /// The most resident bytes that were seen.
    pub(super) fn end(self) -> u64 {
        self.ended.store(true, Ordering::Relaxed);
        let _ = self.thread.join();
        self.highest.load(Ordering::Relaxed)
    }
}

/// A count for a division.
#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "counts of a benchmark are far below 2^52"
)]
pub(super) fn float(count: u64) -> f64 {
    count as f64
}

/// The length of a list, for a division.
pub(super) fn count(length: usize) -> f64 {
    float(u64::try_from(length).unwrap_or(u64::MAX))
}

/// `12.3 MB`
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", float(bytes) / 1e6)
}
