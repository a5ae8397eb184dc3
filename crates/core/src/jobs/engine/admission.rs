use std::str::FromStr;

use tokio::sync::watch;

/// What the operator wants of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OperatorState {
    /// Work.
    #[default]
    Active,
    /// Finish what runs, take nothing new.
    Quiet,
    /// Hand back what runs, take nothing new.
    Paused,
}

impl OperatorState {
    /// The word in the node row.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Quiet => "quiet",
            Self::Paused => "paused",
        }
    }
}

impl FromStr for OperatorState {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "active" => Ok(Self::Active),
            "quiet" => Ok(Self::Quiet),
            "paused" => Ok(Self::Paused),
            _ => Err(()),
        }
    }
}

/// Why a node takes jobs, or does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Reasons {
    operator: OperatorState,
    ill: Option<String>,
    out_of_touch: bool,
    stopping: bool,
}

/// Whether this node may claim, and whoever waits for that to change.
#[derive(Debug)]
pub struct Admission {
    reasons: watch::Sender<Reasons>,
}

impl Default for Admission {
    fn default() -> Self {
        Self {
            reasons: watch::Sender::new(Reasons::default()),
        }
    }
}

impl Admission {
    /// The operator's order, from the node's row.
    pub fn set_operator(&self, operator: OperatorState) {
        self.change(|reasons| reasons.operator = operator);
    }

    /// What the operator wants.
    pub fn operator(&self) -> OperatorState {
        self.reasons.borrow().operator
    }

    /// The node cannot do its work, and why; `None` when it is well again.
    pub fn set_ill(&self, reason: Option<String>) {
        self.change(|reasons| reasons.ill = reason);
    }

    /// Why the node is ill.
    pub fn illness(&self) -> Option<String> {
        self.reasons.borrow().ill.clone()
    }

    /// The database has not answered for longer than a lease.
    pub fn set_out_of_touch(&self, out_of_touch: bool) {
        self.change(|reasons| reasons.out_of_touch = out_of_touch);
    }

    /// The process is about to end.
    pub fn stop(&self) {
        self.change(|reasons| reasons.stopping = true);
    }

    /// True once [`Admission::stop`] was called.
    pub fn is_stopping(&self) -> bool {
        self.reasons.borrow().stopping
    }

    /// True where a job may be claimed now.
    pub fn is_open(&self) -> bool {
        open(&self.reasons.borrow())
    }

    /// Waits until jobs may be claimed; false where the process stops instead.
    pub async fn opened(&self) -> bool {
        let mut reasons = self.reasons.subscribe();
        match reasons.wait_for(|reasons| reasons.stopping || open(reasons)).await {
            Ok(reasons) => !reasons.stopping,
            Err(_) => false,
        }
    }

    /// Waits until jobs may no longer be claimed.
    pub async fn closed(&self) {
        let mut reasons = self.reasons.subscribe();
        // The sender lives as long as `self`, so this cannot end in an error.
        let _ = reasons.wait_for(|reasons| !open(reasons)).await;
    }

    /// Waits until the process is about to end.
    pub async fn stopping(&self) {
        let mut reasons = self.reasons.subscribe();
        let _ = reasons.wait_for(|reasons| reasons.stopping).await;
    }

    fn change(&self, change: impl FnOnce(&mut Reasons)) {
        self.reasons.send_if_modified(|reasons| {
            let before = reasons.clone();
            change(reasons);
            *reasons != before
        });
    }
}

fn open(reasons: &Reasons) -> bool {
    reasons.operator == OperatorState::Active && reasons.ill.is_none() && !reasons.out_of_touch && !reasons.stopping
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_reason_closes() {
        let admission = Admission::default();
        assert!(admission.is_open());
        admission.set_ill(Some("disk full".to_owned()));
        assert!(!admission.is_open());
        admission.set_ill(None);
        admission.set_operator(OperatorState::Quiet);
        assert!(!admission.is_open());
        admission.set_operator(OperatorState::Active);
        admission.set_out_of_touch(true);
        assert!(!admission.is_open());
        admission.set_out_of_touch(false);
        assert!(admission.is_open());
        admission.stop();
        assert!(!admission.is_open() && admission.is_stopping());
    }
}
