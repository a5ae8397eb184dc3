use std::str::FromStr;

use tokio::sync::watch;

/// What the operator wants of a node. The later, the stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
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
#[expect(clippy::struct_excessive_bools, reason = "each is a reason of its own")]
struct Reasons {
    operator: OperatorState,
    off_hours: bool,
    quiet_here: bool,
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
    /// The operator's orders: what is wanted, and whether this is not the time for work.
    pub fn set_orders(&self, operator: OperatorState, off_hours: bool) {
        self.change(|reasons| {
            reasons.operator = operator;
            reasons.off_hours = off_hours;
        });
    }

    /// Whether somebody at the machine wants it for themselves: finish what runs, take nothing new.
    pub fn set_quiet_here(&self, quiet: bool) {
        self.change(|reasons| reasons.quiet_here = quiet);
    }

    /// What is wanted of the node: the strictest of the operator's order, its hours and the wish of who sits at it.
    pub fn order(&self) -> OperatorState {
        wanted(&self.reasons.borrow())
    }

    /// Why it does not work as the operator's order alone would have it.
    pub fn order_reason(&self) -> Option<&'static str> {
        let reasons = self.reasons.borrow();
        match wanted(&reasons) {
            order if order == reasons.operator => None,
            OperatorState::Paused => Some("outside of its hours"),
            _ => Some("somebody at the machine asked for quiet"),
        }
    }

    /// The node cannot do its work, and why; `None` when it is well again.
    pub fn set_ill(&self, reason: Option<String>) {
        self.change(|reasons| reasons.ill = reason);
    }

    /// Why the node is ill.
    pub fn illness(&self) -> Option<String> {
        self.reasons.borrow().ill.clone()
    }

    /// The database has not answered for longer than a lease, or not yet.
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

fn wanted(reasons: &Reasons) -> OperatorState {
    let when = |holds: bool, state: OperatorState| if holds { state } else { OperatorState::Active };
    reasons
        .operator
        .max(when(reasons.off_hours, OperatorState::Paused))
        .max(when(reasons.quiet_here, OperatorState::Quiet))
}

fn open(reasons: &Reasons) -> bool {
    wanted(reasons) == OperatorState::Active && reasons.ill.is_none() && !reasons.out_of_touch && !reasons.stopping
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
        admission.set_orders(OperatorState::Quiet, false);
        assert!(!admission.is_open());
        admission.set_orders(OperatorState::Active, false);
        assert!(admission.is_open());
        admission.set_out_of_touch(true);
        assert!(!admission.is_open());
        admission.set_out_of_touch(false);
        assert!(admission.is_open());
        admission.stop();
        assert!(!admission.is_open() && admission.is_stopping());
    }

    #[test]
    fn the_strictest_order_holds_and_says_whose_it_is() {
        let admission = Admission::default();
        admission.set_quiet_here(true);
        assert_eq!(admission.order(), OperatorState::Quiet);
        assert_eq!(
            admission.order_reason(),
            Some("somebody at the machine asked for quiet")
        );
        admission.set_orders(OperatorState::Active, true);
        assert_eq!(admission.order(), OperatorState::Paused);
        assert_eq!(admission.order_reason(), Some("outside of its hours"));
        admission.set_orders(OperatorState::Paused, true);
        assert_eq!(admission.order_reason(), None, "that is what the operator said");
        admission.set_orders(OperatorState::Active, false);
        admission.set_quiet_here(false);
        assert!(admission.is_open());
    }
}
