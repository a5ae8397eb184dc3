use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use uuid::Uuid;

use super::admission::Admission;
use super::metrics::EngineMetrics;
use super::registry::Registry;
use super::running::Running;
use crate::config::RedisConfig;
use crate::db::Pool;
use crate::events::EventBus;
use crate::ids::QueueName;
use crate::jobs::backoff::Backoff;
use crate::jobs::wake::Waker;

/// The slots of one queue on this node, and the bell that rings when there may be work.
#[derive(Debug, Default)]
pub struct QueueControl {
    limit: AtomicUsize,
    busy: AtomicUsize,
    freed: Notify,
    bell: Notify,
}

impl QueueControl {
    /// How many jobs of the queue may run here at once; takes effect at the next claim.
    pub fn set_limit(&self, limit: usize) {
        self.limit.store(limit, Ordering::Relaxed);
        self.freed.notify_one();
        self.bell.notify_one();
    }

    /// How many may run at once.
    pub fn limit(&self) -> usize {
        self.limit.load(Ordering::Relaxed)
    }

    /// Slots without a job.
    pub fn free(&self) -> usize {
        self.limit().saturating_sub(self.busy.load(Ordering::Acquire))
    }

    /// There may be work.
    pub fn ring(&self) {
        self.bell.notify_one();
    }

    pub(super) async fn rung(&self) {
        self.bell.notified().await;
    }

    pub(super) async fn wait_free(&self) {
        while self.free() == 0 {
            self.freed.notified().await;
        }
    }

    pub(super) fn take(&self, slots: usize) {
        self.busy.fetch_add(slots, Ordering::AcqRel);
    }

    pub(super) fn release(&self) {
        self.busy.fetch_sub(1, Ordering::AcqRel);
        self.freed.notify_one();
    }
}

/// What an engine is made of.
pub struct EngineParts {
    /// This process.
    pub boot: Uuid,
    /// This machine, for histories.
    pub host: String,
    /// Connections for claims and results.
    pub pool: Pool,
    /// Where wake-ups come from.
    pub redis: RedisConfig,
    /// Wakes others.
    pub waker: Waker,
    /// Tells open pages.
    pub bus: EventBus,
    /// How long a claim holds without a beat.
    pub lease: Duration,
    /// How long a file that a row names may stay invisible before its absence is a failure.
    pub visibility_grace: Duration,
    /// Waits between tries.
    pub backoff: Backoff,
    /// What this node can do.
    pub capabilities: Vec<String>,
    /// What this binary can do.
    pub registry: Registry,
}

/// The state that claim loops, running jobs and beats share.
pub struct Engine {
    pub(super) parts: EngineParts,
    /// Whether jobs may be claimed.
    pub admission: Admission,
    /// What runs.
    pub running: Running,
    /// Counters.
    pub metrics: EngineMetrics,
    /// The version of the settings document that the last beat saw.
    pub settings_version: watch::Sender<i64>,
    queues: BTreeMap<QueueName, QueueControl>,
}

impl Engine {
    /// An engine with one slot per queue until [`QueueControl::set_limit`] says otherwise.
    pub fn new(parts: EngineParts) -> Arc<Self> {
        let queues: BTreeMap<_, _> = parts
            .registry
            .queues()
            .map(|queue| (queue, QueueControl::default()))
            .collect();
        for control in queues.values() {
            control.set_limit(1);
        }
        Arc::new(Self {
            parts,
            admission: Admission::default(),
            running: Running::default(),
            metrics: EngineMetrics::default(),
            settings_version: watch::Sender::new(0),
            queues,
        })
    }

    /// The parts it was made of.
    pub fn parts(&self) -> &EngineParts {
        &self.parts
    }

    /// The queues that this worker serves.
    pub fn queues(&self) -> impl Iterator<Item = (QueueName, &QueueControl)> {
        self.queues.iter().map(|(name, control)| (*name, control))
    }

    /// One queue's control, where this worker serves it.
    pub fn queue(&self, name: QueueName) -> Option<&QueueControl> {
        self.queues.get(&name)
    }
}
