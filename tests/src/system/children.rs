//! The processes below a process, for tests that ask what is left of a killed worker.

use std::collections::HashMap;
use std::fs;

/// A process that was seen: its id and its start time, so that an id taken again is not mistaken for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Process id.
    pub pid: u32,
    /// Start time in clock ticks since boot.
    pub started: u64,
    /// Name of the program.
    pub name: String,
}

/// All descendants of the process `pid`, as they are now.
pub fn descendants(pid: u32) -> Vec<Seen> {
    let mut children: HashMap<u32, Vec<Seen>> = HashMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if let Some((parent, seen)) = stat(id) {
            children.entry(parent).or_default().push(seen);
        }
    }
    let mut found = children.remove(&pid).unwrap_or_default();
    let mut next = 0;
    while let Some(seen) = found.get(next) {
        let below = children.remove(&seen.pid).unwrap_or_default();
        found.extend(below);
        next += 1;
    }
    found
}

/// Whether that very process still lives (a zombie does not).
pub fn is_alive(seen: &Seen) -> bool {
    stat(seen.pid).is_some_and(|(_, now)| now.started == seen.started)
}

/// Parent and identity of a living process; a zombie is dead.
fn stat(pid: u32) -> Option<(u32, Seen)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // `pid (name) state ppid ...`: the name may have spaces and brackets.
    let (head, tail) = text.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    let fields: Vec<&str> = tail.split_whitespace().collect();
    if matches!(fields.first(), None | Some(&("Z" | "X"))) {
        return None;
    }
    let parent = fields.get(1)?.parse().ok()?;
    let started = fields.get(19)?.parse().ok()?;
    Some((parent, Seen { pid, started, name }))
}
