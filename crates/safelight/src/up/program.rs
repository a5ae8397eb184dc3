//! One program to be kept running.

use std::time::Duration;

use safelight_core::child::{ChildSpec, Signal};

use super::probe::Probe;

/// How to start, ask and stop a program.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// Its name in logs and status.
    pub(crate) name: &'static str,
    /// How it is started.
    pub(crate) spec: ChildSpec,
    /// How it is asked whether it is ready.
    pub(crate) probe: Probe,
    /// The signal that asks it to stop in good order.
    pub(crate) stop_signal: Signal,
    /// How long it may take to stop before it is killed.
    pub(crate) stop_grace: Duration,
}
