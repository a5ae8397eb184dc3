//! A running child.

use std::{
    io::{self, PipeWriter},
    os::unix::process::ExitStatusExt as _,
    process::ExitStatus,
    time::Duration,
};

use rustix::process::{Pid, Signal};
use tokio::{
    process::{ChildStderr, ChildStdin, ChildStdout},
    time::timeout,
};

use super::{ChildError, Hindrance};

/// A running process and its group. Dropping it kills the whole group.
#[derive(Debug)]
pub struct Child {
    name: String,
    inner: tokio::process::Child,
    /// Held only to be closed by the kernel when this process ends.
    _life: Option<PipeWriter>,
}

impl Child {
    pub(super) const fn new(name: String, inner: tokio::process::Child, life: Option<PipeWriter>) -> Self {
        Self {
            name,
            inner,
            _life: life,
        }
    }

    /// The file name of the program, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The process id, which is the id of its group too; none once it has been waited for.
    pub fn id(&self) -> Option<u32> {
        self.inner.id()
    }

    /// The pipe to the child's input, once, if it was asked for.
    pub fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.inner.stdin.take()
    }

    /// The pipe from the child's output, once, if it was asked for.
    pub fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.inner.stdout.take()
    }

    /// The pipe from the child's complaints, once, if it was asked for.
    pub fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.inner.stderr.take()
    }

    /// Waits until it ends by itself. Cancel-safe. Its input is left open: a child that reads to the end needs
    /// [`take_stdin`](Self::take_stdin) and a drop first.
    pub async fn wait(&mut self) -> Result<ExitStatus, ChildError> {
        // tokio closes the child's input on `wait`, which would end a helper that treats EOF as an order to stop.
        let stdin = self.inner.stdin.take();
        let status = self.inner.wait().await.map_err(|source| self.lost(source));
        self.inner.stdin = stdin;
        status
    }

    /// Waits until it ends; kills the whole group when the deadline passes first.
    pub async fn wait_within(&mut self, deadline: Duration) -> Result<ExitStatus, ChildError> {
        let hindrance = Hindrance::of(self);
        if let Ok(status) = timeout(deadline, self.wait()).await {
            return status;
        }
        let late = self.late(&hindrance, deadline);
        self.kill().await?;
        Err(late)
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.inner.try_wait(), Ok(None))
    }

    /// Sends a signal to the whole group; nothing happens when it has ended.
    pub fn signal(&self, signal: Signal) {
        let Some(group) = self.group() else { return };
        // ESRCH: it ended in this moment.
        let _ = rustix::process::kill_process_group(group, signal);
    }

    /// Sends a signal to the process itself and not to its helpers, as Postgres wants to be told to stop.
    pub fn signal_leader(&self, signal: Signal) {
        let Some(process) = self.group() else { return };
        // ESRCH: it ended in this moment.
        let _ = rustix::process::kill_process(process, signal);
    }

    /// Kills the whole group and waits until the process is gone.
    pub async fn kill(&mut self) -> Result<ExitStatus, ChildError> {
        self.signal(Signal::KILL);
        self.wait().await
    }

    /// Asks it to stop, and kills the whole group when it has not ended within the grace.
    pub async fn stop(&mut self, signal: Signal, grace: Duration) -> Result<ExitStatus, ChildError> {
        self.signal_leader(signal);
        match timeout(grace, self.wait()).await {
            Ok(status) => status,
            Err(_elapsed) => self.kill().await,
        }
    }

    /// The group's id, which is ours to signal only while the process has not been waited for.
    fn group(&self) -> Option<Pid> {
        self.inner
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw)
    }

    /// What it comes to that it has not finished within the deadline; to be asked before it is killed.
    pub(super) fn late(&self, hindrance: &Hindrance, deadline: Duration) -> ChildError {
        ChildError::Deadline {
            program: self.name.clone(),
            after: deadline,
            excuse: hindrance.excuse(deadline),
        }
    }

    pub(super) fn lost(&self, source: io::Error) -> ChildError {
        ChildError::Io {
            program: self.name.clone(),
            source,
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

/// How a process ended, in words for a person: "ended with code 3", "was killed by signal 11 (segmentation fault)".
pub fn describe_exit(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(0), _) => "ended well".to_owned(),
        (Some(code), _) => format!("ended with code {code}"),
        (None, Some(signal)) => match signal_name(signal) {
            Some(name) => format!("was killed by signal {signal} ({name})"),
            None => format!("was killed by signal {signal}"),
        },
        (None, None) => "ended in an unknown way".to_owned(),
    }
}

/// What the signals mean that end a decoder.
const fn signal_name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        libc::SIGABRT => "abort",
        libc::SIGBUS => "bus error",
        libc::SIGFPE => "arithmetic error",
        libc::SIGILL => "illegal instruction",
        libc::SIGINT => "interrupt",
        libc::SIGKILL => "kill",
        libc::SIGSEGV => "segmentation fault",
        libc::SIGSYS => "forbidden system call",
        libc::SIGTERM => "termination",
        libc::SIGXCPU => "processor time used up",
        _ => return None,
    })
}
