use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use chrono_tz::Tz;
use diesel_async::AsyncPgConnection;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::chore::Chore;
use super::chores::Chores;
use super::hours::Hours;
use super::node::{self, NodeInfo};
use super::pace::Pace;
use super::touch::Touch;
use crate::config::DatabaseConfig;
use crate::crash::CrashPoint;
use crate::db::{DbError, connect, wait_after_refusal};
use crate::jobs::engine::beat::{Pulse, Reply, beat};
use crate::jobs::engine::{Engine, OperatorState};

/// A node without the database for this long gives up what it holds.
const GIVE_UP_AFTER: Duration = Duration::from_secs(600);

/// What the beats of a node need.
pub struct BeatSetup {
    /// Where Postgres is: beats have a connection of their own.
    pub database: DatabaseConfig,
    /// Who beats.
    pub node: NodeInfo,
    /// What runs here.
    pub engine: Arc<Engine>,
    /// Time between two beats.
    pub interval: Duration,
    /// Who does chores that are due.
    pub chores: Arc<Chores>,
    /// The operator's slots per queue, as the last beat saw them.
    pub overrides: watch::Sender<serde_json::Value>,
    /// When the database last answered.
    pub touch: Arc<Touch>,
}

/// A thread that does nothing but beat, on a runtime and a connection of its own: neither busy codecs nor a stuck pool
/// can keep it from extending this node's leases.
pub struct BeatThread {
    leave: watch::Sender<bool>,
    thread: JoinHandle<()>,
}

impl BeatThread {
    /// Starts beating.
    pub fn start(setup: BeatSetup) -> std::io::Result<Self> {
        let (leave, left) = watch::channel(false);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("beat".to_owned()).spawn(move || {
            let beats = Beats {
                setup,
                conn: None,
                is_registered: false,
            };
            runtime.block_on(beats.run(left));
        })?;
        Ok(Self { leave, thread })
    }

    /// Notes in the node's row that it has left, and ends the thread.
    pub async fn leave(self) {
        self.leave.send_replace(true);
        let joined = tokio::task::spawn_blocking(move || self.thread.join()).await;
        if !matches!(joined, Ok(Ok(()))) {
            tracing::error!("the beat thread did not end in order");
        }
    }
}

struct Beats {
    setup: BeatSetup,
    conn: Option<AsyncPgConnection>,
    /// A row that is gone again is told by the beat.
    is_registered: bool,
}

impl Beats {
    async fn run(mut self, mut left: watch::Receiver<bool>) {
        let mut pace = Pace::new(self.setup.interval);
        let mut ticks = interval(pace.tick());
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let deadline = self.setup.engine.parts().lease / 2;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = left.wait_for(|left| *left) => break,
            }
            if !pace.is_due(Instant::now(), self.is_at_rest()) {
                continue;
            }
            match timeout(deadline, self.once()).await {
                Ok(Ok(order_changed)) => {
                    self.in_touch();
                    if order_changed {
                        // Its row is to say so at once.
                        pace.hurry();
                        ticks.reset_immediately();
                    }
                }
                Ok(Err(error)) => self.out_of_touch(&error.to_string()),
                Err(_) if self.setup.touch.is_refused() => self.out_of_touch("Postgres has no connection left"),
                Err(_) => self.out_of_touch("no answer in time"),
            }
        }
        let retire = async {
            // Where connections are few, a node at rest has none between two beats.
            let mut conn = match self.conn.take() {
                Some(conn) => conn,
                None => self.connect().await?,
            };
            node::retire(&mut conn, self.setup.node.boot).await
        };
        if !matches!(timeout(deadline, retire).await, Ok(Ok(()))) {
            tracing::warn!("the node's row could not be closed; it counts as gone in half a minute");
        }
    }

    /// One beat. Tells whether the node's orders changed.
    async fn once(&mut self) -> Result<bool, DbError> {
        let mut conn = if let Some(conn) = self.conn.take() {
            conn
        } else {
            let mut conn = self.connect().await?;
            if !self.is_registered {
                node::register(&mut conn, &self.setup.node).await?;
                self.is_registered = true;
            }
            conn
        };
        let engine = self.setup.engine.clone();
        let snapshot = engine.running.snapshot();
        let pulse = self.pulse(
            &snapshot
                .iter()
                .map(|(lease, progress)| (*lease, progress.per_mille()))
                .collect::<Vec<_>>(),
        );
        let at = |point: CrashPoint| {
            if !snapshot.is_empty() {
                point.reached();
            }
        };
        at(CrashPoint::BeatHalfway);
        let reply = beat(&mut conn, pulse).await?;
        at(CrashPoint::BeatTold);
        if !reply.known {
            node::register(&mut conn, &self.setup.node).await?;
        }
        for (lease, _) in &snapshot {
            if !reply.held.contains(lease) {
                engine.running.cancel(*lease);
            }
        }
        let order_changed = self.obey(&reply);
        // Kept only after a whole beat: a connection that failed in the middle is not used again. Where connections are few,
        // only by who has leases to hold.
        if !engine.parts().pool.lends_beats() || engine.running.count() > 0 {
            self.conn = Some(conn);
        }
        Ok(order_changed)
    }

    /// Whether it has to connect for a beat, and holds no lease that the beat would extend.
    fn is_at_rest(&self) -> bool {
        self.is_registered && self.conn.is_none() && self.setup.engine.running.count() == 0
    }

    /// A connection, as soon as the server has one left.
    async fn connect(&self) -> Result<AsyncPgConnection, DbError> {
        loop {
            match connect(&self.setup.database).await {
                Err(error) if error.is_refusal() => {
                    self.setup.touch.note_refusal();
                    wait_after_refusal().await;
                }
                done => return done,
            }
        }
    }

    fn pulse(&self, running: &[(i64, u16)]) -> Pulse<'static> {
        let engine = &self.setup.engine;
        let illness = engine.admission.illness();
        let slots = engine
            .queues()
            .map(|(queue, control)| (queue.as_str().to_owned(), control.limit().into()));
        Pulse {
            boot: self.setup.node.boot,
            leases: running.iter().map(|(lease, _)| *lease).collect(),
            progress: running
                .iter()
                .map(|(_, per_mille)| f32::from(*per_mille) / 1_000.0)
                .collect(),
            lease: engine.parts().lease,
            state: if illness.is_some() {
                "ill"
            } else {
                engine.admission.order().as_str()
            },
            reason: illness.or_else(|| engine.admission.order_reason().map(str::to_owned)),
            slots: serde_json::Value::Object(slots.collect()),
            kinds: engine.parts().registry.all_kinds(),
            capabilities: engine.parts().abilities.current().capabilities.clone(),
            chores: self.setup.chores.names(),
        }
    }

    /// Follows what the database says: orders, slots, settings, chores, work. Tells whether the orders changed.
    fn obey(&self, reply: &Reply) -> bool {
        let engine = &self.setup.engine;
        let before = engine.admission.order();
        let operator = reply
            .desired_state
            .as_deref()
            .and_then(|word| word.parse().ok())
            .unwrap_or_default();
        engine.admission.set_orders(operator, is_off_hours(reply));
        let order = engine.admission.order();
        if order != before {
            tracing::info!(
                state = order.as_str(),
                reason = engine.admission.order_reason(),
                "the orders of this node changed"
            );
        }
        if order == OperatorState::Paused {
            engine.running.cancel_all();
        }
        let overrides = reply.overrides.clone().unwrap_or_default();
        self.setup.overrides.send_if_modified(|known| {
            let changed = *known != overrides;
            *known = overrides;
            changed
        });
        engine.settings_version.send_if_modified(|known| {
            *known = reply.settings_version;
            // Again at every beat until they have been read.
            *known != engine.parts().settings.version()
        });
        engine.parts().pool.heed(reply.room());
        for chore in reply.chores.iter().filter_map(|name| Chore::of(name)) {
            self.setup.chores.begin(chore);
        }
        if reply.has_expired {
            self.setup.chores.begin(Chore::Leases);
        }
        for queue in reply.ready.iter().filter_map(|name| name.parse().ok()) {
            if let Some(control) = engine.queue(queue) {
                control.ring();
            }
        }
        order != before
    }

    fn in_touch(&self) {
        self.setup.touch.note();
        self.setup.engine.admission.set_out_of_touch(false);
    }

    /// Goes on with what runs and starts nothing new, until it is clear that nobody waits for the results any more.
    fn out_of_touch(&mut self, reason: &str) {
        self.conn = None;
        self.is_registered = false;
        let engine = &self.setup.engine;
        engine.metrics.beat_failed();
        let age = self.setup.touch.age();
        tracing::warn!(
            reason,
            silent_ms = u64::try_from(age.as_millis()).unwrap_or(u64::MAX),
            "a beat failed"
        );
        if age > engine.parts().lease {
            engine.admission.set_out_of_touch(true);
        }
        if age > GIVE_UP_AFTER {
            engine.running.cancel_all();
        }
    }
}

/// Whether the node has hours and this is none of them.
fn is_off_hours(reply: &Reply) -> bool {
    let Some(hours) = reply.hours.as_deref().and_then(|hours| hours.parse::<Hours>().ok()) else {
        return false;
    };
    let zone = reply.zone.as_deref().and_then(|zone| zone.parse::<Tz>().ok());
    !hours.contain(reply.now.with_timezone(&zone.unwrap_or(Tz::UTC)).time())
}
