use std::time::Duration;

use safelight_core::ids::QueueName;
use safelight_core::jobs::{JobKind, Payload};
use serde::{Deserialize, Serialize};

/// A job of one queue.
pub struct Script;

impl JobKind for Script {
    const NAME: &'static str = "TestScript";
    const QUEUE: QueueName = QueueName::Migration;
    type Payload = Order;
}

/// A job of another queue of the same worker.
pub struct Errand;

impl JobKind for Errand {
    const NAME: &'static str = "TestErrand";
    const QUEUE: QueueName = QueueName::Workflow;
    type Payload = Order;
}

/// What a job does: it waits, then ends in some way.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Order {
    /// Waits this long first.
    #[serde(default)]
    pub wait_ms: u64,
    /// How it ends.
    #[serde(default)]
    pub then: Then,
}

/// How a job ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Then {
    /// It succeeds with nothing to write.
    #[default]
    Succeed,
    /// It succeeds, and an errand follows.
    Follow,
    /// Its process is killed.
    Die,
    /// It says that its node is ill, which it is not.
    Ill,
    /// A thread of it goes on for ever and listens to nobody.
    Hang,
}

impl Order {
    /// Ends so, at once.
    pub fn to(then: Then) -> Self {
        Self { wait_ms: 0, then }
    }

    /// Waits first.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        self.wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        self
    }
}

impl Payload for Order {}
