//! A producer and its consumers on one Redis, each as the services have it, but without beats.

use std::sync::Arc;
use std::time::{Duration, Instant};

use safelight_core::config::{DatabaseConfig, Env, RedisConfig};
use safelight_core::db::{self, Pool};
use safelight_core::events::{CommandPool, Event, EventBus, EventReader};
use safelight_core::ids::QueueName;
use safelight_core::jobs::engine::{Engine, EngineParts, Registry, always_well, run_queue};
use safelight_core::jobs::{
    Abilities, Announcement, Backoff, Completion, Handler, Job, JobError, JobKind, NewJob, NoPayload, Waker, Wakes,
    enqueue,
};
use safelight_core::settings::Settings;
use safelight_tests::servers::TestDatabase;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use uuid::Uuid;

use super::QUICK;

/// How long a try may take before the next one, where something has to heal.
const TRY: Duration = Duration::from_millis(500);
/// The queue of [`Ring`].
pub(super) const QUEUE: QueueName = QueueName::Migration;

/// A job that tells its subject.
pub(super) struct Ring;

impl JobKind for Ring {
    const NAME: &'static str = "TestRing";
    const QUEUE: QueueName = QUEUE;
    type Payload = NoPayload;
}

struct Tell(UnboundedSender<Uuid>);

impl Handler<Ring> for Tell {
    async fn handle(&self, job: &Job<Ring>) -> Result<Completion, JobError> {
        let _ = self.0.send(job.subject()?);
        Ok(Completion::empty())
    }
}

/// The ends of one Redis.
pub(super) struct Place {
    name: String,
    pub(super) engine: Arc<Engine>,
    pool: Pool,
    pub(super) producer: Waker,
    pub(super) bus: EventBus,
    started: UnboundedReceiver<Uuid>,
    told: UnboundedReceiver<Uuid>,
    tasks: [JoinHandle<()>; 2],
    _database: TestDatabase,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.engine.admission.stop();
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// What the variables say.
pub(super) fn config(variables: &[(&str, String)]) -> RedisConfig {
    let prefix = ("SAFELIGHT_REDIS_PREFIX", format!("{{{}}}:", Uuid::new_v4()));
    let all = variables.iter().cloned().chain([prefix]);
    RedisConfig::from_env(&Env::of(all)).unwrap()
}

impl Place {
    /// A producer and consumers that read the variables.
    pub(super) async fn open(name: &str, variables: &[(&str, String)]) -> Self {
        let config = config(variables);
        Self::between(name, &config, &config).await
    }

    /// A producer on one way to a Redis, the consumers on another.
    pub(super) async fn between(name: &str, producer: &RedisConfig, consumer: &RedisConfig) -> Self {
        let database = TestDatabase::create().await.unwrap();
        let pool = db::pool(
            &DatabaseConfig::from_env(&Env::of([("DB_URL", database.url())])).unwrap(),
            4,
            db::Planning::Once,
        )
        .unwrap();
        let settings = Settings::load(&mut pool.get().await.unwrap(), None).await.unwrap();
        let commands = CommandPool::new(producer).unwrap();
        let (waker, bus) = (
            Waker::new(commands.clone(), producer.clone()),
            EventBus::new(commands, producer),
        );
        let (start, started) = unbounded_channel();
        let mut registry = Registry::default();
        registry.add::<Ring, _>(Tell(start));
        let engine = Engine::new(EngineParts {
            boot: Uuid::new_v4(),
            host: "test".to_owned(),
            pool: pool.clone(),
            redis: consumer.clone(),
            waker: waker.clone(),
            bus: bus.clone(),
            settings,
            lease: Duration::from_secs(600),
            visibility_grace: Duration::from_secs(1),
            group: 1,
            backoff: Backoff {
                first: Duration::from_secs(600),
            },
            abilities: Abilities::new(Announcement::default()),
            registry,
            examination: always_well(),
        });
        let (tell, told) = unbounded_channel();
        let reader = EventReader::open(consumer).unwrap();
        let tasks = [
            tokio::spawn(run_queue(Arc::clone(&engine), QUEUE)),
            tokio::spawn(read_events(reader, tell)),
        ];
        let mut place = Self {
            name: name.to_owned(),
            engine,
            pool,
            producer: waker,
            bus,
            started,
            told,
            tasks,
            _database: database,
        };
        // Who has just come may miss what was told before it was there.
        place.heals().await;
        place
    }

    /// A job that was woken for starts at once, and an event arrives at once.
    pub(super) async fn works(&mut self) {
        for _ in 0..3 {
            assert!(self.wakes_within(QUICK).await, "{}: the wake-up was lost", self.name);
            assert!(self.tells_within(QUICK).await, "{}: the event was lost", self.name);
        }
    }

    /// Waits until wake-ups and events come through again, and says how long that took.
    pub(super) async fn heals(&mut self) -> Duration {
        let begun = Instant::now();
        while !self.wakes_within(TRY).await {
            assert!(
                begun.elapsed() < Duration::from_secs(40),
                "{}: wake-ups do not heal",
                self.name
            );
        }
        while !self.tells_within(TRY).await {
            assert!(
                begun.elapsed() < Duration::from_secs(40),
                "{}: events do not heal",
                self.name
            );
        }
        begun.elapsed()
    }

    async fn wakes_within(&mut self, patience: Duration) -> bool {
        let subject = Uuid::new_v4();
        let mut wakes = Wakes::default();
        let mut conn = self.pool.get().await.unwrap();
        enqueue(&mut conn, &mut wakes, NewJob::<Ring>::for_subject(subject))
            .await
            .unwrap();
        drop(conn);
        self.producer.send(wakes).await;
        comes(&mut self.started, subject, patience).await
    }

    async fn tells_within(&mut self, patience: Duration) -> bool {
        let session = Uuid::new_v4();
        self.bus.publish(&[Event::SessionDelete { session }]).await;
        comes(&mut self.told, session, patience).await
    }
}

/// Reads as a gateway does.
async fn read_events(mut reader: EventReader, tell: UnboundedSender<Uuid>) {
    loop {
        match reader.next().await {
            Ok(events) => {
                for event in events {
                    if let Event::SessionDelete { session } = event {
                        let _ = tell.send(session);
                    }
                }
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}

/// Whether `id` comes in time; what comes before it is of an earlier try.
async fn comes(ids: &mut UnboundedReceiver<Uuid>, id: Uuid, patience: Duration) -> bool {
    let found = async { while ids.recv().await.is_some_and(|other| other != id) {} };
    timeout(patience, found).await.is_ok()
}
