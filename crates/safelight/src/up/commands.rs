//! `down` and `status`.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};
use safelight_core::config::Env;
use tokio::time::sleep;

use super::layout::Layout;
use super::lock;
use super::state::State;
use crate::cli::{DownOptions, StatusOptions};
use crate::say;

/// The exit code of `status` where nothing runs, as in the init scripts of Linux.
const NOT_RUNNING: u8 = 3;

/// Tells the launcher of this data folder to stop everything, and waits until it has.
pub(crate) async fn down(env: &Env, options: &DownOptions) -> anyhow::Result<ExitCode> {
    let layout = Layout::of(env)?;
    if !lock::is_held(&layout.run())? {
        say::note(&format!("Safelight does not run for {}.", layout.data.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let state = State::read(&layout.run()).context("the launcher is just starting: try again in a moment")?;
    let pid = i32::try_from(state.launcher)
        .ok()
        .and_then(Pid::from_raw)
        .context("the launcher has not told its number")?;
    kill_process(pid, Signal::TERM).with_context(|| format!("cannot stop process {}", state.launcher))?;
    let begun = Instant::now();
    while lock::is_held(&layout.run())? {
        if begun.elapsed() > Duration::from_secs(options.timeout) {
            bail!(
                "process {} is still stopping after {} s; see {}",
                state.launcher,
                options.timeout,
                layout.log().display()
            );
        }
        sleep(Duration::from_millis(50)).await;
    }
    say::note(&format!(
        "Safelight is stopped. Its data are in {}.",
        layout.data.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Tells what runs: exit code 0 when everything is ready, 1 when something is not, 3 when nothing runs.
pub(crate) fn status(env: &Env, options: &StatusOptions) -> anyhow::Result<ExitCode> {
    let layout = Layout::of(env)?;
    let state = lock::is_held(&layout.run())?
        .then(|| State::read(&layout.run()))
        .flatten();
    if options.json {
        say::result(&serde_json::to_string_pretty(&state)?);
    } else {
        match &state {
            Some(state) => say::result(&table(state)),
            None => say::result(&format!("Safelight does not run for {}.", layout.data.display())),
        }
    }
    Ok(match state {
        Some(state) if state.all_ready() => ExitCode::SUCCESS,
        Some(_) => ExitCode::FAILURE,
        None => ExitCode::from(NOT_RUNNING),
    })
}

fn table(state: &State) -> String {
    let summary = if state.all_ready() { "is ready" } else { "is not ready" };
    let mut lines = vec![format!("Safelight {summary} at {} (pid {})", state.url, state.launcher)];
    for service in &state.services {
        let pid = service.pid.map_or_else(|| "-".to_owned(), |pid| pid.to_string());
        let restarts = match service.restarts {
            0 => String::new(),
            1 => "  restarted once".to_owned(),
            times => format!("  restarted {times} times"),
        };
        lines.push(
            format!("  {:<18} {:<9} pid {pid}{restarts}", service.name, service.phase.word())
                .trim_end()
                .to_owned(),
        );
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::state::{Phase, Service};
    use super::*;

    #[test]
    fn a_table_for_people() {
        let service = |name: &str, phase, pid, restarts| Service {
            name: name.into(),
            pid,
            phase,
            restarts,
        };
        let state = State {
            launcher: 10,
            url: "http://127.0.0.1:2283".into(),
            services: vec![
                service("postgres", Phase::Ready, Some(11), 0),
                service("thumbnail-worker", Phase::Down, None, 2),
            ],
            ..State::default()
        };
        assert_eq!(
            table(&state),
            "Safelight is not ready at http://127.0.0.1:2283 (pid 10)\n  postgres           ready     pid 11\n  \
             thumbnail-worker   down      pid -  restarted 2 times"
        );
    }
}
