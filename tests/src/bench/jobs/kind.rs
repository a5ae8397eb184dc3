use std::time::Duration;

use safelight_core::ids::QueueName;
use safelight_core::jobs::{JobKind, Payload};
use serde::{Deserialize, Serialize};

/// A job that does nothing, or waits.
pub(super) struct BenchJob;

impl JobKind for BenchJob {
    const NAME: &'static str = "BenchJob";
    const QUEUE: QueueName = QueueName::Migration;
    type Payload = BenchPayload;
}

/// What it does beside nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct BenchPayload {
    /// Tells the benchmark that it has started.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) tell: bool,
    /// Waits this long.
    #[serde(default, skip_serializing_if = "Duration::is_zero")]
    pub(super) sleep: Duration,
}

impl Payload for BenchPayload {}
