//! What processes opened and connected to, as a tracer saw it.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

/// The words before a program that is watched, with all that it starts. One file in `folder` for each thread.
pub fn words(folder: &Path) -> Vec<String> {
    let calls =
        "trace=execve,open,openat,openat2,creat,clone,clone3,fork,vfork,%network,io_uring_setup,landlock_restrict_self";
    let files = folder.join("thread").display().to_string();
    // As a process beside the program and not above it: whoever starts and ends the program still reaches it.
    let words = [
        "strace",
        "-D",
        "-ff",
        "-qq",
        "-s",
        "4096",
        "-e",
        calls,
        "-e",
        "signal=none",
        "-o",
        &files,
        "--",
    ];
    words.map(str::to_owned).to_vec()
}

/// The words before a program whose syncs take `delay`, as on a slow disk.
pub fn slow_syncs(delay: Duration) -> Vec<String> {
    let syncs = format!("inject=fsync,fdatasync:delay_enter={}", delay.as_micros());
    // Other calls are not even looked at, and nothing is written about these.
    let words = [
        "strace",
        "-D",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-e",
        "trace=fsync,fdatasync",
        "-e",
        &syncs,
        "-e",
        "signal=none",
        "-o",
        "/dev/null",
        "--",
    ];
    words.map(str::to_owned).to_vec()
}

/// One process that was started, from when it became its program until it ended.
#[derive(Debug, Clone, Default)]
pub struct Traced {
    /// The program and its arguments, as the tracer writes them.
    pub started: String,
    /// Every call, of all its threads and of what it started, with its result.
    pub calls: Vec<Call>,
}

/// A call.
#[derive(Debug, Clone)]
pub struct Call {
    /// `openat`.
    pub name: String,
    /// What it was asked for, and what came of it.
    pub text: String,
}

impl Call {
    /// The file that was to be opened, if it is about one.
    pub fn file(&self) -> Option<&str> {
        let opens = ["open", "openat", "openat2", "creat"].contains(&self.name.as_str());
        let (_, after) = self.text.split_once('"').filter(|_| opens)?;
        after.split('"').next()
    }

    /// Whether it came to anything.
    pub fn succeeded(&self) -> bool {
        self.text
            .rsplit_once(" = ")
            .is_some_and(|(_, result)| !result.starts_with("-1") && !result.starts_with('?'))
    }

    /// Whether it is about a way out: a socket, or a ring of requests that no filter sees. Taking what comes by a socket that was
    /// handed over is none.
    pub fn is_way_out(&self) -> bool {
        let files = [
            "open",
            "openat",
            "openat2",
            "creat",
            "execve",
            "landlock_restrict_self",
            "recvmsg",
        ];
        let within = ["clone", "clone3", "fork", "vfork", "socketpair"];
        !files.contains(&self.name.as_str()) && !within.contains(&self.name.as_str())
    }
}

/// All processes that were started with one of these words among their arguments.
///
/// # Errors
/// The tracer left nothing.
pub fn processes(folder: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Traced>> {
    let mut threads: HashMap<u32, Vec<Call>> = HashMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let id = path
            .extension()
            .and_then(|id| id.to_str())
            .and_then(|id| id.parse().ok());
        let id = id.with_context(|| path.display().to_string())?;
        let text = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
        threads.insert(id, text.lines().filter_map(call).collect());
    }
    ensure!(!threads.is_empty(), "the tracer saw nothing");
    let mut found = Vec::new();
    for calls in threads.values() {
        let starts = calls
            .iter()
            .position(|call| call.name == "execve" && call.succeeded() && is_wanted(&call.text));
        if let Some(start) = starts {
            let mut traced = Traced {
                started: calls.get(start).map(|call| call.text.clone()).unwrap_or_default(),
                calls: Vec::new(),
            };
            follow(
                &threads,
                calls.get(start + 1..).unwrap_or_default(),
                &mut traced,
                &mut HashSet::new(),
            );
            found.push(traced);
        }
    }
    Ok(found)
}

/// Adds calls, and those of the threads and processes that they start.
fn follow(threads: &HashMap<u32, Vec<Call>>, calls: &[Call], traced: &mut Traced, seen: &mut HashSet<u32>) {
    for call in calls {
        traced.calls.push(call.clone());
        if !["clone", "clone3", "fork", "vfork"].contains(&call.name.as_str()) {
            continue;
        }
        let started = call.text.rsplit_once(" = ").and_then(|(_, id)| id.trim().parse().ok());
        if let Some(id) = started.filter(|id| seen.insert(*id))
            && let Some(calls) = threads.get(&id)
        {
            follow(threads, calls, traced, seen);
        }
    }
}

/// `openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3`.
fn call(line: &str) -> Option<Call> {
    let (name, _) = line.split_once('(')?;
    Some(Call {
        name: name.to_owned(),
        text: line.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_the_calls_of_its_threads() {
        let folder = tempfile::tempdir().unwrap();
        let write = |id: u32, text: &str| std::fs::write(folder.path().join(format!("thread.{id}")), text).unwrap();
        write(
            1,
            "openat(AT_FDCWD, \"/before\", O_RDONLY) = 3\nclone(child_stack=NULL, flags=SIGCHLD) = 2\n",
        );
        write(
            2,
            "openat(AT_FDCWD, \"/forked\", O_RDONLY) = 3\nexecve(\"/a\", [\"/a\", \"wanted\"], 0x7 /* 2 vars */) = 0\n\
             clone(flags=CLONE_VM|CLONE_THREAD) = 3\nopenat(AT_FDCWD, \"/missing\", O_RDONLY) = -1 ENOENT (No such file)\n",
        );
        write(
            3,
            "socket(AF_INET, SOCK_STREAM, 0) = -1 ENOSYS (Function not implemented)\n",
        );
        let found = processes(folder.path(), |started| started.contains("\"wanted\"")).unwrap();
        assert_eq!(found.len(), 1);
        let files: Vec<_> = found[0].calls.iter().filter_map(Call::file).collect();
        assert_eq!(files, ["/missing"]);
        assert!(found[0].calls.iter().any(Call::is_way_out));
        assert!(!found[0].calls.last().unwrap().succeeded());
    }
}
