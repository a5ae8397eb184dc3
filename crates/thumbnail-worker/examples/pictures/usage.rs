//! Processor time and memory of this process and of everything below it (proc(5)).

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::time::{ClockId, clock_gettime};

/// The unit of processor time in proc(5): `USER_HZ`, which is 100 for every program on Linux.
const TICK: Duration = Duration::from_millis(10);

/// What was used since the start of this process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// Of all its threads, of children that still live, and of those that have ended and were waited for.
    pub(crate) cpu: Duration,
    /// What of that children used.
    pub(crate) children: Duration,
    /// The most resident bytes of this process and of each child that lives, added up: a little more than they had at any one
    /// time, and pages that they share count for each.
    pub(crate) peak_memory: u64,
}

impl Usage {
    pub(crate) fn now() -> Result<Self> {
        // The clock is exact; only children are counted in ticks.
        let own = clock_gettime(ClockId::ProcessCPUTime);
        let own = Duration::new(u64::try_from(own.tv_sec)?, u32::try_from(own.tv_nsec)?);
        let this = std::process::id();
        let ended = Stat::of(this).context("this process in /proc")?.ended;
        let mut usage = Self {
            cpu: own,
            children: TICK * ended,
            peak_memory: high_water(this),
        };
        for (pid, stat) in below(this) {
            usage.children += TICK * (stat.used + stat.ended);
            usage.peak_memory += high_water(pid);
        }
        usage.cpu += usage.children;
        Ok(usage)
    }
}

/// What the kernel tells of a process.
struct Stat {
    parent: u32,
    /// Ticks of itself.
    used: u32,
    /// Ticks of its children that have ended and were waited for.
    ended: u32,
}

impl Stat {
    /// `None` for a process that is gone.
    fn of(pid: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // `pid (name) state ppid ...`: the name may have spaces and brackets.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        // By proc(5) the parent is field 4, utime to cstime are 14 to 17; the first one here is field 3.
        let field = |number: usize| fields.get(number - 3)?.parse::<u32>().ok();
        Some(Self {
            parent: field(4)?,
            used: field(14)? + field(15)?,
            ended: field(16)? + field(17)?,
        })
    }
}

/// All processes below one. (The list of children of a thread is not in every kernel.)
fn below(pid: u32) -> Vec<(u32, Stat)> {
    let mut others: Vec<(u32, Stat)> = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let id = entry.file_name().to_str().and_then(|name| name.parse().ok());
        others.extend(id.and_then(|id| Some((id, Stat::of(id)?))));
    }
    let mut parents = vec![pid];
    let mut found = Vec::new();
    while let Some(parent) = parents.pop() {
        let (children, rest) = others.into_iter().partition(|(_, stat)| stat.parent == parent);
        others = rest;
        let children: Vec<(u32, Stat)> = children;
        parents.extend(children.iter().map(|(id, _)| *id));
        found.extend(children);
    }
    found
}

/// `VmHWM` in bytes.
fn high_water(pid: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) << 10
}
