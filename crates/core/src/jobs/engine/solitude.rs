use std::sync::Arc;

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// Sees that a suspect has its node for itself: whatever it takes down with it is then its own doing. Every claim and every
/// running job is [`Company`]; a suspect needs that there is none, and while it runs nothing is claimed for any queue.
#[derive(Debug, Clone, Default)]
pub(super) struct Solitude(Arc<RwLock<()>>);

/// Held by a claim and by what it took: no suspect can be claimed. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Company {
    _held: Arc<OwnedRwLockReadGuard<()>>,
}

/// Held by the claim of a suspect and by the suspect: nothing else can be claimed.
#[derive(Debug)]
pub(super) struct Alone {
    _held: OwnedRwLockWriteGuard<()>,
}

/// What a job holds while it runs.
#[derive(Debug)]
pub(super) enum Presence {
    /// Others may run beside it.
    Together {
        /// Shared by all that one claim took.
        _held: Company,
    },
    /// It is a suspect.
    Alone {
        /// Until its row is settled.
        _held: Alone,
    },
}

impl Solitude {
    /// Waits until no suspect runs.
    pub(super) async fn company(&self) -> Company {
        Company {
            _held: Arc::new(self.0.clone().read_owned().await),
        }
    }

    /// The node for a suspect, where nothing runs or is being claimed.
    pub(super) fn alone(&self) -> Option<Alone> {
        let held = self.0.clone().try_write_owned().ok()?;
        Some(Alone { _held: held })
    }

    /// Whether a suspect runs, or is being claimed.
    pub(super) fn is_kept(&self) -> bool {
        self.0.try_read().is_err()
    }

    /// Waits until no suspect runs.
    pub(super) async fn ended(&self) {
        drop(self.0.read().await);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_suspect_waits_for_every_job_and_every_claim_for_the_suspect() {
        let solitude = Solitude::default();
        let company = solitude.company().await;
        let job = company.clone();
        drop(company);
        assert!(solitude.alone().is_none(), "a job runs");
        assert!(!solitude.is_kept());
        drop(job);
        let alone = solitude.alone().unwrap();
        assert!(solitude.is_kept());
        assert!(solitude.alone().is_none(), "another suspect runs");
        assert!(solitude.company().now_or_never().is_none());
        drop(alone);
        solitude.ended().await;
        drop(solitude.company().await);
        assert!(solitude.alone().is_some());
    }
}
