//! The state as the launcher itself keeps it: changed by the supervisors, awaited by the launcher, written to the file.

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::state::{Phase, Service, State};
use crate::say;

/// A handle to the state; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Board {
    run: PathBuf,
    state: watch::Sender<State>,
}

impl Board {
    /// A board whose state goes to a file in `run`.
    pub(crate) fn new(run: PathBuf, state: State) -> Self {
        Self {
            run,
            state: watch::Sender::new(state),
        }
    }

    /// Changes the entry of a service, which is made on first use.
    pub(crate) fn change(&self, name: &str, change: impl FnOnce(&mut Service)) {
        self.change_all(|state| {
            let index = state
                .services
                .iter()
                .position(|service| service.name == name)
                .unwrap_or_else(|| {
                    state.services.push(Service {
                        name: name.to_owned(),
                        pid: None,
                        phase: Phase::Starting,
                        restarts: 0,
                    });
                    state.services.len().saturating_sub(1)
                });
            if let Some(service) = state.services.get_mut(index) {
                change(service);
            }
        });
    }

    /// Notes that everything was ready.
    pub(crate) fn is_up(&self) {
        self.change_all(|state| state.ready = true);
    }

    fn change_all(&self, change: impl FnOnce(&mut State)) {
        self.state.send_modify(change);
        let written = self.state.borrow().write(&self.run);
        if let Err(error) = written {
            say::note(&format!("{error:#}"));
        }
    }

    /// Waits until these services are ready; the names of those that are not when time is up.
    pub(crate) async fn ready(&self, names: &[&str], patience: Duration) -> Result<(), Vec<String>> {
        let mut changes = self.state.subscribe();
        let late = |state: &State| -> Vec<String> {
            let is_ready = |name: &str| state.services.iter().any(|s| s.name == name && s.phase == Phase::Ready);
            names
                .iter()
                .filter(|name| !is_ready(name))
                .map(|name| (*name).to_owned())
                .collect()
        };
        let waited = timeout(patience, changes.wait_for(|state| late(state).is_empty())).await;
        match waited {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(late(&self.state.borrow())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn names_who_is_late() {
        let dir = tempfile::tempdir().unwrap();
        let board = Board::new(dir.path().into(), State::default());
        board.change("redis", |service| service.phase = Phase::Ready);
        board.change("api-gateway", |service| service.pid = Some(9));
        let names = ["redis", "api-gateway"];
        assert_eq!(board.ready(&names, Duration::ZERO).await.unwrap_err(), ["api-gateway"]);
        board.change("api-gateway", |service| service.phase = Phase::Ready);
        board.ready(&names, Duration::ZERO).await.unwrap();
        board.is_up();
        assert!(State::read(dir.path()).unwrap().ready);
    }
}
