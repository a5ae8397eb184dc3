//! `up --detach`: the launcher in a session of its own.

use std::fs::{self, OpenOptions};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use safelight_core::config::Env;
use tokio::time::sleep;

use super::layout::Layout;
use super::lock;
use super::state::State;
use crate::say;

/// A log longer than this is put aside at the next start, in bytes.
const LONGEST_LOG: u64 = 16 << 20;

/// Lines of the log that are shown when the start failed.
const TAIL: usize = 20;

/// Starts the launcher and waits until everything is ready.
pub(super) async fn start(env: &Env, without: &[String], patience: Duration) -> anyhow::Result<()> {
    let layout = Layout::of(env)?;
    layout.make()?;
    if lock::is_held(&layout.run())? {
        let state = State::read(&layout.run()).unwrap_or_default();
        bail!(
            "Safelight already runs for {} ({}); `safelight down` stops it",
            layout.data.display(),
            state.url
        );
    }
    let mut child = spawn(&layout, without)?;
    let begun = Instant::now();
    loop {
        let state = State::read(&layout.run()).filter(|state| state.launcher == child.id());
        if let Some(state) = state.filter(|state| state.ready) {
            say::result(&format!("Safelight is ready at {}", state.url));
            return Ok(());
        }
        if child.try_wait()?.is_some() {
            bail!(
                "Safelight did not start. The end of {}:\n{}",
                layout.log().display(),
                tail(&layout)
            );
        }
        if begun.elapsed() > patience {
            end(&mut child);
            bail!(
                "Safelight was not ready after {} s. The end of {}:\n{}",
                patience.as_secs(),
                layout.log().display(),
                tail(&layout)
            );
        }
        sleep(Duration::from_millis(100)).await;
    }
}

fn spawn(layout: &Layout, without: &[String]) -> anyhow::Result<Child> {
    let path = layout.log();
    if fs::metadata(&path).is_ok_and(|log| log.len() > LONGEST_LOG) {
        fs::rename(&path, path.with_extension("log.1"))?;
    }
    let log = OpenOptions::new().create(true).append(true).open(&path);
    let log = log.with_context(|| format!("cannot open {}", path.display()))?;
    let mut command = Command::new(std::env::current_exe()?);
    command
        .arg("up")
        .args(without.iter().flat_map(|name| ["--without", name]));
    // Wherever the caller stood, both mean the same folder.
    command.env("SAFELIGHT_DATA_DIR", &layout.data);
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    // SAFETY: `setsid` is a plain system call, allowed between fork and exec.
    #[expect(
        unsafe_code,
        reason = "the only way to leave the caller's session, whose terminal may go away"
    )]
    unsafe {
        command.pre_exec(|| Ok(rustix::process::setsid().map(drop)?));
    }
    command.spawn().context("cannot start the launcher")
}

/// Ends a launcher that is late; it stops what it has started.
fn end(child: &mut Child) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
    let _ = child.wait();
}

fn tail(layout: &Layout) -> String {
    let log = fs::read(layout.log()).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<&str> = log.lines().collect();
    lines
        .get(lines.len().saturating_sub(TAIL)..)
        .unwrap_or_default()
        .join("\n")
}
