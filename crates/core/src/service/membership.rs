use std::sync::Arc;

use prometheus_client::registry::Registry as MetricsRegistry;
use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::announcer::Announcer;
use super::error::ServiceError;
use super::start::Service;
use crate::db;
use crate::fleet::{BeatSetup, BeatThread, ChoreSetup, Chores, NodeInfo, Touch, apply_slots, machine_facts};
use crate::jobs::engine::{Engine, EngineParts, Examination, Registry, always_well};
use crate::jobs::schedule::Schedule;
use crate::jobs::{Abilities, Announcement, Backoff};
use crate::settings::Settings;
use crate::telemetry::{Health, HealthServer, HealthState};

/// What a process brings into the fleet. The gateway brings nothing: it beats, sweeps and follows the settings.
#[derive(Default)]
pub struct MembershipParts {
    /// Handlers.
    pub registry: Registry,
    /// What the node has proved it can do.
    pub capabilities: Vec<String>,
    /// What the node has found out about its machine, beside what every process does.
    pub facts: Map<String, Value>,
    /// Tells whether the node is well; where there is none, it always is.
    pub examination: Option<Examination>,
    /// Schedules it can start.
    pub schedules: Vec<Schedule>,
    /// Counters of its own.
    pub metrics: MetricsRegistry,
}

/// A process that is part of the fleet: it has a row, it beats, and its health can be asked for.
pub struct Membership {
    /// Claims, running jobs, admission.
    pub engine: Arc<Engine>,
    /// Health and metrics.
    pub health: Arc<Health>,
    beats: BeatThread,
    follower: JoinHandle<()>,
    closer: JoinHandle<()>,
    // Serves until the process leaves.
    _server: HealthServer,
}

impl Membership {
    /// Joins the fleet.
    pub async fn join(service: &Service, mut parts: MembershipParts) -> Result<Self, ServiceError> {
        let config = &service.config;
        let mut facts = machine_facts();
        facts.append(&mut parts.facts);
        if let Some(file) = service.settings.file() {
            facts.insert("settingsFile".to_owned(), file.path().display().to_string().into());
        }
        let abilities = Abilities::new(Announcement {
            capabilities: parts.capabilities,
            facts,
        });
        let engine = Engine::new(EngineParts {
            boot: service.boot,
            host: config.node_name.clone(),
            pool: service.pool.clone(),
            redis: config.redis.clone(),
            waker: service.waker.clone(),
            bus: service.bus.clone(),
            settings: service.settings.clone(),
            lease: config.lease,
            visibility_grace: config.media.visibility_grace,
            group: config.completion_group,
            backoff: Backoff::from_env(&service.env)?,
            abilities: abilities.clone(),
            registry: parts.registry,
            examination: parts.examination.unwrap_or_else(always_well),
        });
        engine.metrics.register(&mut parts.metrics);
        let overrides = watch::Sender::new(Value::Null);
        let follower = tokio::spawn(follow(engine.clone(), service.settings.clone(), overrides.subscribe()));
        let touch = Arc::new(Touch::default());
        let health = Health::new(parts.metrics, state_of(engine.clone(), touch.clone()));
        let server = HealthServer::start(config.metrics_addr, health.clone()).await;
        // Until the first beat has told the orders of this node.
        engine.admission.set_out_of_touch(true);
        let chores = Chores::new(ChoreSetup {
            database: config.database.clone(),
            boot: service.boot,
            engine: engine.clone(),
            schedules: parts.schedules,
            deadline: config.chore_deadline,
        });
        let beats = BeatThread::start(BeatSetup {
            database: config.database.clone(),
            node: NodeInfo {
                boot: service.boot,
                service: service.name,
                host: config.node_name.clone(),
                machine: config.machine.clone(),
                version: env!("CARGO_PKG_VERSION"),
                abilities,
                health_address: server.address().map(|address| address.to_string()),
            },
            engine: engine.clone(),
            interval: config.beat_interval(),
            chores,
            overrides,
            touch,
        })?;
        Ok(Self {
            engine,
            health,
            beats,
            follower,
            closer: tokio::spawn(db::close_idle(service.pool.clone())),
            _server: server,
        })
    }

    /// With this, the process tells the fleet what it finds out later.
    pub fn announcer(&self) -> Announcer {
        Announcer::new(self.engine.clone())
    }

    /// Leaves in order.
    pub async fn leave(self) {
        self.engine.admission.stop();
        self.follower.abort();
        self.closer.abort();
        self.beats.leave().await;
    }
}

/// Follows the settings and the operator's overrides: slots change without a restart.
async fn follow(engine: Arc<Engine>, settings: Settings, mut overrides: watch::Receiver<Value>) {
    let mut versions = engine.settings_version.subscribe();
    loop {
        apply_slots(&engine, &settings.current(), &overrides.borrow_and_update().clone());
        tokio::select! {
            changed = overrides.changed() => if changed.is_err() { return },
            changed = versions.changed() => {
                if changed.is_err() {
                    return;
                }
                let version = *versions.borrow_and_update();
                let refreshed = async {
                    let mut conn = engine.parts().pool.get().await.map_err(db::DbError::from)?;
                    settings.refresh(&mut conn, version).await.map_err(ServiceError::from)
                };
                if let Err(error) = refreshed.await {
                    // The next beat asks again.
                    tracing::warn!(error = %error, "the settings could not be read anew");
                }
            }
        }
    }
}

/// Ready while the database answers; an ill node says why and is not.
fn state_of(engine: Arc<Engine>, touch: Arc<Touch>) -> impl Fn() -> HealthState + Send + Sync + 'static {
    move || {
        let mut reasons = Vec::new();
        if touch.is_refused() {
            reasons.push("Postgres has no connection left for this process".to_owned());
        } else if touch.age() > engine.parts().lease {
            reasons.push("the database does not answer".to_owned());
        }
        reasons.extend(engine.admission.illness());
        HealthState {
            ready: reasons.is_empty(),
            reasons,
        }
    }
}
