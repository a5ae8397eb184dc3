//! What a running launcher tells other commands, in a file. No secrets.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// The state of everything that `up` started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The launcher's process.
    pub(crate) launcher: u32,
    /// Where people reach the gateway.
    pub(crate) url: String,
    /// The folder of the private servers' sockets.
    pub(crate) sockets: PathBuf,
    /// Whether everything has been ready at least once.
    pub(crate) ready: bool,
    /// The services in the order of their start.
    pub(crate) services: Vec<Service>,
}

/// One service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Service {
    /// Its name, as in the logs.
    pub(crate) name: String,
    /// Its process, while it runs.
    pub(crate) pid: Option<u32>,
    /// What it does.
    pub(crate) phase: Phase,
    /// How often it was started again after it had ended by itself.
    pub(crate) restarts: u32,
}

/// What a service does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Phase {
    /// Runs, but does not answer yet.
    Starting,
    /// Runs and answers.
    Ready,
    /// Ended by itself and will be started again.
    Down,
    /// Was stopped.
    Stopped,
}

impl Phase {
    /// The word for people.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Down => "down",
            Self::Stopped => "stopped",
        }
    }
}

impl State {
    /// Whether every service answers now.
    pub(crate) fn all_ready(&self) -> bool {
        !self.services.is_empty() && self.services.iter().all(|service| service.phase == Phase::Ready)
    }

    /// Reads the state that a launcher last wrote; none where none ever ran.
    pub(crate) fn read(run: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(file(run)).ok()?).ok()
    }

    /// Writes it, so that a reader sees the old or the new one.
    pub(crate) fn write(&self, run: &Path) -> anyhow::Result<()> {
        let (path, draft) = (file(run), run.join(".state.json"));
        fs::write(&draft, serde_json::to_vec_pretty(self)?)
            .and_then(|()| fs::rename(&draft, &path))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

fn file(run: &Path) -> PathBuf {
    run.join("state.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_as_written() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(State::read(dir.path()), None);
        let service = Service {
            name: "redis".into(),
            pid: Some(7),
            phase: Phase::Ready,
            restarts: 0,
        };
        let state = State {
            launcher: 1,
            services: vec![service],
            ..State::default()
        };
        state.write(dir.path()).unwrap();
        assert_eq!(State::read(dir.path()), Some(state.clone()));
        assert!(state.all_ready() && !State::default().all_ready());
    }
}
