//! Child processes that never outlive the test process.

use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use anyhow::{Context, Result};
pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process, set_parent_process_death_signal};

type Task = Box<dyn FnOnce() + Send>;

/// The thread that spawns all children. The parent-death signal of Linux follows the *thread* that forked, so it has to be
/// one that lives as long as the process; a test's own thread ends with the test.
fn spawner() -> &'static Sender<Task> {
    static SPAWNER: OnceLock<Sender<Task>> = OnceLock::new();
    SPAWNER.get_or_init(|| {
        let (sender, tasks) = channel::<Task>();
        thread::spawn(move || tasks.into_iter().for_each(|task| task()));
        sender
    })
}

/// Spawns `command` in a process group of its own; it gets `on_death` when the test process ends, however it ends.
///
/// # Errors
/// When the program cannot be started.
pub fn spawn(mut command: Command, on_death: Signal) -> Result<Child> {
    let name = command.get_program().to_string_lossy().into_owned();
    let (sender, answer) = channel();
    // SAFETY: the closure runs between fork and exec and makes one async-signal-safe system call.
    unsafe {
        command.pre_exec(move || set_parent_process_death_signal(Some(on_death)).map_err(io::Error::from));
    }
    command.process_group(0);
    let task: Task = Box::new(move || {
        // The receiver waits below; it cannot be gone.
        let _ = sender.send(command.spawn());
    });
    spawner()
        .send(task)
        .map_err(|error| anyhow::anyhow!("the spawning thread is gone: {error}"))?;
    answer.recv()?.with_context(|| format!("cannot start {name}"))
}

/// Sends standard output and error of `command` to the end of the file `log`; standard input is empty.
///
/// # Errors
/// When the file cannot be opened.
pub fn log_to(command: &mut Command, log: &Path) -> Result<()> {
    let out = File::options().create(true).append(true).open(log)?;
    command.stdin(Stdio::null()).stderr(out.try_clone()?).stdout(out);
    Ok(())
}

/// Sends `signal` to the process `id`. A process that is gone already is no error.
///
/// # Errors
/// When the system refuses.
pub fn signal(id: u32, signal: Signal) -> Result<()> {
    let pid = Pid::from_raw(i32::try_from(id)?).context("process 0")?;
    match kill_process(pid, signal) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(error).with_context(|| format!("signal to process {id}")),
    }
}

/// Kills `child` and waits for its end.
///
/// # Errors
/// When the system refuses.
pub fn kill(child: &mut Child) -> Result<ExitStatus> {
    child.kill()?;
    Ok(child.wait()?)
}
