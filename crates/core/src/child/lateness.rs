//! Whose fault it is that a child is late.
//!
//! What a decoder does with a file in vain for its whole time it would do again. But a child that was stopped, that waits for a disk,
//! or that the processor was never given to, says nothing about its file.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Child;

/// Why a child is not to blame for being late: the machine kept it from its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excuse {
    /// Somebody has stopped it.
    Stopped,
    /// It waits for a disk, or for a server of files.
    Storage,
    /// It was ready for so long, and others had the processor.
    Processor(Duration),
}

impl fmt::Display for Excuse {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => out.write_str("it was stopped"),
            Self::Storage => out.write_str("it waits for the disk"),
            Self::Processor(waited) => write!(out, "others had the processor for {} s of it", waited.as_secs()),
        }
    }
}

/// What the machine keeps a child from, measured from a moment on.
#[derive(Debug, Clone)]
pub struct Hindrance {
    tasks: Option<PathBuf>,
    /// How long each thread had waited for the processor by then, in nanoseconds.
    before: HashMap<String, u64>,
}

/// What the kernel tells of a thread.
struct Task {
    id: String,
    /// The letter of its state.
    state: char,
    /// Nanoseconds in which it was ready and did not run.
    waited: u64,
}

impl Hindrance {
    /// Measures from now on.
    pub fn of(child: &Child) -> Self {
        let tasks = child
            .id()
            .map(|pid| Path::new("/proc").join(pid.to_string()).join("task"));
        let before = tasks.iter().flat_map(|tasks| read(tasks));
        Self {
            before: before.map(|task| (task.id, task.waited)).collect(),
            tasks,
        }
    }

    /// The excuse of a child that has not finished within `time`, if it has one. To be asked while it is there.
    pub fn excuse(&self, time: Duration) -> Option<Excuse> {
        judge(&read(self.tasks.as_ref()?), &self.before, time)
    }
}

/// The threads of a process; those that end meanwhile are left out.
fn read(tasks: &Path) -> Vec<Task> {
    let entries = fs::read_dir(tasks).into_iter().flatten().flatten();
    let task = |entry: fs::DirEntry| {
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        let (_, after_name) = stat.rsplit_once(')')?;
        // Kernels without this count no waiting.
        let times = fs::read_to_string(entry.path().join("schedstat")).unwrap_or_default();
        let waited = times.split_ascii_whitespace().nth(1).and_then(|text| text.parse().ok());
        Some(Task {
            id: entry.file_name().to_string_lossy().into_owned(),
            state: after_name.trim_start().chars().next()?,
            waited: waited.unwrap_or_default(),
        })
    };
    entries.filter_map(task).collect()
}

/// Half of the time has to be the machine's.
fn judge(tasks: &[Task], before: &HashMap<String, u64>, time: Duration) -> Option<Excuse> {
    let is = |states: &str| tasks.iter().any(|task| states.contains(task.state));
    if is("Tt") {
        return Some(Excuse::Stopped);
    }
    if is("D") {
        return Some(Excuse::Storage);
    }
    let waited = |task: &Task| {
        task.waited
            .saturating_sub(before.get(&task.id).copied().unwrap_or_default())
    };
    let longest = Duration::from_nanos(tasks.iter().map(waited).max()?);
    (longest >= time / 2).then_some(Excuse::Processor(longest))
}

#[cfg(test)]
mod tests {
    use rustix::process::Signal;

    use super::super::ChildSpec;
    use super::*;

    fn task(id: &str, state: char, waited_s: u64) -> Task {
        Task {
            id: id.to_owned(),
            state,
            waited: waited_s * 1_000_000_000,
        }
    }

    #[test]
    fn a_child_is_excused_by_what_the_machine_did() {
        let time = Duration::from_secs(60);
        let judged = |tasks: &[Task]| judge(tasks, &HashMap::from([("2".to_owned(), 25_000_000_000)]), time);
        assert_eq!(
            judged(&[task("1", 'R', 0), task("2", 'S', 26)]),
            None,
            "it had the processor"
        );
        assert_eq!(judged(&[task("1", 'S', 1)]), None, "it waits for itself");
        assert_eq!(judged(&[task("1", 'S', 1), task("2", 'D', 1)]), Some(Excuse::Storage));
        assert_eq!(judged(&[task("1", 'T', 1)]), Some(Excuse::Stopped));
        let starved = judged(&[task("1", 'S', 1), task("2", 'R', 65)]);
        assert_eq!(
            starved,
            Some(Excuse::Processor(Duration::from_secs(40))),
            "only what came since counts"
        );
        assert_eq!(judged(&[]), None);
    }

    #[tokio::test]
    async fn a_child_that_was_stopped_is_told_from_one_that_hangs() {
        let mut child = ChildSpec::new("sleep").arg("1000").spawn().await.unwrap();
        let hindrance = Hindrance::of(&child);
        assert_eq!(hindrance.excuse(Duration::from_secs(60)), None);
        child.signal(Signal::STOP);
        while hindrance.excuse(Duration::from_secs(60)) != Some(Excuse::Stopped) {
            tokio::task::yield_now().await;
        }
        child.kill().await.unwrap();
        assert_eq!(hindrance.excuse(Duration::from_secs(60)), None);
    }
}
