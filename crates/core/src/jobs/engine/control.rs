use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use super::admission::Admission;
use super::group::{Ending, Endings, endings};
use super::metrics::EngineMetrics;
use super::registry::Registry;
use super::running::Running;
use super::solitude::Solitude;
use crate::config::RedisConfig;
use crate::db::Pool;
use crate::events::EventBus;
use crate::ids::QueueName;
use crate::jobs::abilities::Abilities;
use crate::jobs::backoff::Backoff;
use crate::jobs::wake::Waker;
use crate::settings::Settings;

/// How often, at the most, a node that is full wakes another.
const PASS_ON_EVERY: Duration = Duration::from_millis(100);

/// The slots of one queue on this node, and the bell that rings when there may be work.
#[derive(Debug)]
pub struct QueueControl {
    limit: AtomicUsize,
    busy: AtomicUsize,
    freed: Notify,
    bell: Notify,
    passed_on: Mutex<Option<Instant>>,
    pub(super) ending: Ending,
    endings: Mutex<Option<Endings>>,
}

impl Default for QueueControl {
    fn default() -> Self {
        let (ending, endings) = endings();
        Self {
            limit: AtomicUsize::default(),
            busy: AtomicUsize::default(),
            freed: Notify::default(),
            bell: Notify::default(),
            passed_on: Mutex::default(),
            ending,
            endings: Mutex::new(Some(endings)),
        }
    }
}

impl QueueControl {
    /// Where ended jobs of the queue come out: for the one that serves it.
    pub(super) fn endings(&self) -> Option<Endings> {
        self.endings.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether it is time to tell another node that there may be more work than fits here. Who takes jobs one by one would
    /// otherwise tell it with each.
    pub(super) fn may_pass_on(&self) -> bool {
        let mut last = self.passed_on.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.is_none_or(|last| last.elapsed() >= PASS_ON_EVERY);
        if is_due {
            *last = Some(Instant::now());
        }
        is_due
    }

    /// How many jobs of the queue may run here at once; takes effect at the next claim.
    pub fn set_limit(&self, limit: usize) {
        self.limit.store(limit, Ordering::Relaxed);
        self.freed.notify_waiters();
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

    /// Waits until a slot is free. Several may wait, the one that claims and the one that reads wake-ups among them, and each
    /// is told.
    pub(super) async fn wait_free(&self) {
        loop {
            let mut freed = pin!(self.freed.notified());
            // Registered before the look, or a slot that is freed in between would be missed.
            freed.as_mut().enable();
            if self.free() > 0 {
                return;
            }
            freed.await;
        }
    }

    pub(super) fn take(&self, slots: usize) {
        self.busy.fetch_add(slots, Ordering::AcqRel);
    }

    pub(super) fn release(&self) {
        self.busy.fetch_sub(1, Ordering::AcqRel);
        self.freed.notify_waiters();
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
    /// What handlers read; as new as the claim of the job they work at.
    pub settings: Settings,
    /// How long a claim holds without a beat.
    pub lease: Duration,
    /// How long a file that a row names may stay invisible before its absence is a failure.
    pub visibility_grace: Duration,
    /// How many jobs that end with nothing to write may end in one statement.
    pub group: usize,
    /// Waits between tries.
    pub backoff: Backoff,
    /// What this node can do; may change while it runs.
    pub abilities: Abilities,
    /// What this binary can do.
    pub registry: Registry,
    /// Tells whether this node is well, asked when a job says that it is ill.
    pub examination: Examination,
}

/// Looks whether a node can work; says what it lacks where it cannot.
pub type Examination = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// A node that lacks nothing.
pub fn always_well() -> Examination {
    Arc::new(|| Box::pin(async { Ok(()) }))
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
    pub(super) solitude: Solitude,
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
            solitude: Solitude::default(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_freed_slot_is_told_to_all_who_wait() {
        let control = Arc::new(QueueControl::default());
        control.set_limit(1);
        control.take(1);
        let waiters: Vec<_> = (0..3)
            .map(|_| {
                let control = Arc::clone(&control);
                tokio::spawn(async move { control.wait_free().await })
            })
            .collect();
        tokio::task::yield_now().await;
        control.release();
        for waiter in waiters {
            waiter.await.unwrap();
        }
        control.take(1);
        let late = tokio::spawn({
            let control = Arc::clone(&control);
            async move { control.wait_free().await }
        });
        tokio::task::yield_now().await;
        control.set_limit(2);
        late.await.unwrap();
    }
}
