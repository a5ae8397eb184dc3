//! What the machine must be rid of when the campaign ends, however it ends.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context as _, Result};

/// Reads commands, one a line, and runs them from the last to the first when its input ends: that is when this process is
/// gone. Processes that hold on to what is removed are being killed at the same moment, so each is tried for a while.
const SCRIPT: &str = r#"
all=''
while IFS= read -r line; do all="$line
$all"; done
printf '%s' "$all" | while IFS= read -r line; do
    for i in $(seq 50); do sh -c "$line" >/dev/null 2>&1 </dev/null && break; sleep 0.1; done
done"#;

/// Commands that are run at the end.
pub(super) struct Cleanup {
    child: Child,
    input: Option<ChildStdin>,
}

impl Cleanup {
    /// Waits for the end in a process of its own.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(super) fn start() -> Result<Self> {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT]).current_dir("/").process_group(0);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command.spawn().context("cannot start the cleaner")?;
        let input = child.stdin.take();
        Ok(Self { child, input })
    }

    /// Has this command run at the end, before those that were given earlier.
    ///
    /// # Errors
    /// When the cleaner is gone.
    pub(super) fn at_end(&mut self, command: &str) -> Result<()> {
        let input = self.input.as_mut().context("the cleaner is gone")?;
        writeln!(input, "{command}").context("the cleaner is gone")
    }
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// Runs a program that must succeed.
///
/// # Errors
/// When it is not there or fails; the message has what it said.
pub(super) fn run(program: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{program} cannot be run"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::bail!("{program} {}: {}", arguments.join(" "), said.trim())
}
