use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::announcer::Announcer;
use super::error::ServiceError;
use super::membership::{Membership, MembershipParts};
use super::start::Service;
use crate::child::Locks;
use crate::jobs::engine::{Engine, GiveBack, give_back, run_queue};
use crate::jobs::schedule::Schedule;
use crate::jobs::{Handler, JobKind};
use crate::media::{Folder, LocalStore, MediaStore as _};

/// Says whether the node can do its work again.
type Probe = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// What a node finds out about itself once it works.
type Discovery = Box<dyn FnOnce(Announcer) -> BoxFuture<'static, ()> + Send>;

/// How long a job that was told to stop may take to do so.
const CANCEL_GRACE: Duration = Duration::from_secs(3);

/// A worker in the making: handlers, capabilities, schedules.
pub struct WorkerBuilder {
    service: Service,
    parts: MembershipParts,
    health: Health,
    discovery: Option<Discovery>,
}

/// A node with less room than this in its store is not called well when a job of it says otherwise: what the job lacked may
/// have been room. More than any picture takes.
const ROOM_OF_THE_WELL: u64 = 64 << 20;

/// What a node looks at to know whether it can work.
#[derive(Clone, Default)]
struct Health {
    store: Option<(Arc<LocalStore>, &'static [Folder])>,
    probe: Option<Probe>,
}

impl Health {
    /// Looks once; tells how long the store took.
    async fn look(&self) -> Result<Option<Duration>, String> {
        let mut took = None;
        if let Some((store, folders)) = &self.store {
            took = Some(store.prove(folders).await.map_err(|error| error.to_string())?);
        }
        if let Some(probe) = &self.probe {
            probe().await?;
        }
        Ok(took)
    }

    /// Whether the node is well although a job of it said that it is ill.
    async fn examine(&self) -> Result<(), String> {
        self.look().await?;
        let Some((store, _)) = &self.store else { return Ok(()) };
        let space = store.space().await.map_err(|error| error.to_string())?;
        if space.available < ROOM_OF_THE_WELL {
            return Err(format!(
                "only {} MiB are free in the media location",
                space.available >> 20
            ));
        }
        Ok(())
    }
}

/// What the fleet is told of the locks that children are shut in by; what is missing is logged, too.
fn sandbox_fact() -> String {
    let locks = Locks::of_this_kernel();
    let Some(missing) = locks.missing() else {
        return locks.to_string();
    };
    tracing::warn!(locks = %locks, "{missing}");
    format!("{locks}: {missing}")
}

impl WorkerBuilder {
    pub(super) fn new(service: Service) -> Self {
        Self {
            service,
            parts: MembershipParts::default(),
            health: Health::default(),
            discovery: None,
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

    /// Adds something the node found out about its machine, under its name on the fleet page.
    #[must_use]
    pub fn fact(mut self, name: impl Into<String>, fact: serde_json::Value) -> Self {
        self.parts.facts.insert(name.into(), fact);
        self
    }

    /// Adds a schedule it can start.
    #[must_use]
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.parts.schedules.push(schedule);
        self
    }

    /// The store it works with, and the folders in which it makes or deletes files: it proves that it can when it starts, and
    /// at every beat while it is ill.
    #[must_use]
    pub fn store(mut self, store: Arc<LocalStore>, folders: &'static [Folder]) -> Self {
        self.health.store = Some((store, folders));
        self
    }

    /// What else has to be well, asked when it starts and at every beat while it is ill.
    #[must_use]
    pub fn probe<F>(mut self, probe: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.health.probe = Some(Arc::new(move || Box::pin(probe())));
        self
    }

    /// What to find out once the node works, so that its start does not wait for it. It is dropped when the node stops.
    #[must_use]
    pub fn discovery<F>(mut self, discover: impl FnOnce(Announcer) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.discovery = Some(Box::new(move |announcer| Box::pin(discover(announcer))));
        self
    }

    /// Works until SIGTERM or SIGINT. Then nothing more is claimed, what runs may end within the grace, and the rest is
    /// handed back at no cost. SIGUSR1 makes it quiet until SIGUSR2.
    pub async fn run(mut self) -> Result<(), ServiceError> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let grace = self.service.config.stop_grace;
        let interval = self.service.config.beat_interval();
        let (quiet, resume) = (
            signal(SignalKind::user_defined1())?,
            signal(SignalKind::user_defined2())?,
        );
        let first_look = self.health.look().await;
        if let Ok(Some(took)) = &first_look {
            let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            self.parts.facts.insert("storeLatencyMs".to_owned(), took_ms.into());
        }
        let health = self.health.clone();
        self.parts.examination = Some(Arc::new(move || {
            let health = health.clone();
            Box::pin(async move { health.examine().await })
        }));
        self.parts.facts.insert("sandbox".to_owned(), sandbox_fact().into());
        let membership = Membership::join(&self.service, self.parts).await?;
        let engine = membership.engine.clone();
        if let Err(reason) = first_look {
            tracing::error!(reason, "this node cannot work yet");
            engine.admission.set_ill(Some(reason));
        }
        let wishes = tokio::spawn(heed(engine.clone(), quiet, resume));
        let queues: Vec<_> = engine
            .queues()
            .map(|(queue, _)| tokio::spawn(run_queue(engine.clone(), queue)))
            .collect();
        let prober = tokio::spawn(watch_illness(engine.clone(), self.health, interval));
        let discovery = self
            .discovery
            .map(|discover| tokio::spawn(discover(Announcer::new(engine.clone()))));
        tracing::info!(service = self.service.name, boot = %self.service.boot, "working");
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: nothing more is claimed");
        engine.admission.stop();
        finish_or_hand_back(&engine, grace).await;
        // Together: each of them ends by itself, and none is waited for when the time is over.
        let _ = timeout(CANCEL_GRACE, join_all(queues)).await;
        wishes.abort();
        discovery.inspect(JoinHandle::abort);
        prober.abort();
        membership.leave().await;
        tracing::info!("stopped");
        Ok(())
    }
}

/// Heeds who sits at the machine: quiet by one signal, work again by the other. It does not undo what the operator ordered.
async fn heed(engine: Arc<Engine>, mut quiet: Signal, mut resume: Signal) {
    loop {
        let is_quiet = tokio::select! {
            _ = quiet.recv() => true,
            _ = resume.recv() => false,
        };
        engine.admission.set_quiet_here(is_quiet);
        tracing::info!(
            quiet = is_quiet,
            state = engine.admission.order().as_str(),
            "heard a signal"
        );
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
    if timeout(CANCEL_GRACE, hand_back(engine)).await.is_err() {
        tracing::warn!("the database does not take back what ran here; its leases will run out");
    }
}

/// Returns the rows of what still runs.
async fn hand_back(engine: &Engine) {
    let Ok(mut conn) = engine.parts().pool.get().await else {
        return;
    };
    for (lease, _) in engine.running.snapshot() {
        let back = GiveBack {
            lease,
            failures: 0,
            illnesses: 0,
            delay: Duration::ZERO,
            park: false,
            requires: None,
            entry: serde_json::json!({ "what": "handed back", "node": engine.parts().boot, "lease": lease }),
        };
        if let Err(error) = give_back(&mut conn, &back).await {
            tracing::warn!(job.lease = lease, error = %error, "a job could not be handed back; its lease will run out");
        }
    }
}

/// Probes an ill node at every beat until it is well.
async fn watch_illness(engine: Arc<Engine>, health: Health, interval: Duration) {
    let mut ticks = tokio::time::interval(interval);
    loop {
        ticks.tick().await;
        let Some(illness) = engine.admission.illness() else {
            continue;
        };
        match health.look().await {
            Ok(_) => {
                tracing::info!(was = illness, "the node is well again");
                engine.admission.set_ill(None);
            }
            Err(reason) if reason != illness => engine.admission.set_ill(Some(reason)),
            Err(_) => {}
        }
    }
}
