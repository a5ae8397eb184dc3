use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;

use super::error::ServiceError;
use super::membership::{Membership, MembershipParts};
use super::start::Service;
use crate::jobs::engine::{Engine, GiveBack, give_back, run_queue};
use crate::jobs::schedule::Schedule;
use crate::jobs::{Handler, JobKind};

/// Says whether the node can do its work again.
type Probe = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// How long a job that was told to stop may take to do so.
const CANCEL_GRACE: Duration = Duration::from_secs(3);

/// A worker in the making: handlers, capabilities, schedules.
pub struct WorkerBuilder {
    service: Service,
    parts: MembershipParts,
    probe: Option<Probe>,
}

impl WorkerBuilder {
    pub(super) fn new(service: Service) -> Self {
        Self {
            service,
            parts: MembershipParts::default(),
            probe: None,
        }
    }

    /// Adds what does one kind of job.
    #[must_use]
    pub fn handler<K: JobKind>(mut self, handler: impl Handler<K>) -> Self {
        self.parts.registry.add::<K, _>(handler);
        self
    }

    /// Adds something the node has proved it can do.
    #[must_use]
    pub fn capability(mut self, name: impl Into<String>) -> Self {
        self.parts.capabilities.push(name.into());
        self
    }

    /// Adds a schedule it can start.
    #[must_use]
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.parts.schedules.push(schedule);
        self
    }

    /// How an ill node finds out that it is well: asked at every beat while it is ill.
    #[must_use]
    pub fn probe<F>(mut self, probe: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.probe = Some(Arc::new(move || Box::pin(probe())));
        self
    }

    /// Works until SIGTERM or SIGINT. Then nothing more is claimed, what runs may end within the grace, and the rest is
    /// handed back at no cost.
    pub async fn run(self) -> Result<(), ServiceError> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let grace = self.service.config.stop_grace;
        let interval = self.service.config.beat_interval();
        let membership = Membership::join(&self.service, self.parts).await?;
        let engine = membership.engine.clone();
        let queues: Vec<_> = engine
            .queues()
            .map(|(queue, _)| tokio::spawn(run_queue(engine.clone(), queue)))
            .collect();
        let prober = self
            .probe
            .map(|probe| tokio::spawn(watch_illness(engine.clone(), probe, interval)));
        tracing::info!(service = self.service.name, boot = %self.service.boot, "working");
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: nothing more is claimed");
        engine.admission.stop();
        finish_or_hand_back(&engine, grace).await;
        for queue in queues {
            let _ = timeout(CANCEL_GRACE, queue).await;
        }
        if let Some(prober) = prober {
            prober.abort();
        }
        membership.leave().await;
        tracing::info!("stopped");
        Ok(())
    }
}

/// Lets running jobs end, then stops them, then returns their rows whatever they do.
async fn finish_or_hand_back(engine: &Engine, grace: Duration) {
    if timeout(grace, engine.running.idle()).await.is_ok() {
        return;
    }
    engine.running.cancel_all();
    if timeout(CANCEL_GRACE, engine.running.idle()).await.is_ok() {
        return;
    }
    let Ok(mut conn) = engine.parts().pool.get().await else {
        return;
    };
    for (lease, _) in engine.running.snapshot() {
        let back = GiveBack {
            lease,
            failures: 0,
            delay: Duration::ZERO,
            park: false,
            entry: serde_json::json!({ "what": "handed back", "node": engine.parts().boot, "lease": lease }),
        };
        if let Err(error) = give_back(&mut conn, &back).await {
            tracing::warn!(job.lease = lease, error = %error, "a job could not be handed back; its lease will run out");
        }
    }
}

/// Probes an ill node at every beat until it is well.
async fn watch_illness(engine: Arc<Engine>, probe: Probe, interval: Duration) {
    let mut ticks = tokio::time::interval(interval);
    loop {
        ticks.tick().await;
        let Some(illness) = engine.admission.illness() else {
            continue;
        };
        match probe().await {
            Ok(()) => {
                tracing::info!(was = illness, "the node is well again");
                engine.admission.set_ill(None);
            }
            Err(reason) if reason != illness => engine.admission.set_ill(Some(reason)),
            Err(_) => {}
        }
    }
}
