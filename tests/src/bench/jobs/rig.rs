//! What all measurements share: a durable Postgres, a Redis, a producer, and worker processes on demand.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use anyhow::{Context, Result};
use safelight_core::config::{DatabaseConfig, Env, RedisConfig};
use safelight_core::db::{self, Pool};
use safelight_core::events::CommandPool;
use safelight_core::jobs::{JobKind as _, Waker, Wakes};
use safelight_core::settings::{SystemConfig, store};
use tokio::net::UnixDatagram;
use tokio::time::timeout;
use uuid::Uuid;

use super::kind::BenchJob;
use super::worker::TELL;
use crate::ports::free_port;
use crate::process::{self, Signal};
use crate::system::TestSystem;
use crate::wait::wait_until;

/// How long anything may take here.
pub(super) const PATIENCE: Duration = Duration::from_secs(600);

/// A producer, its servers, and the ear for jobs that tell.
pub(super) struct Rig {
    system: TestSystem,
    pub(super) pool: Pool,
    pub(super) waker: Waker,
    ear: UnixDatagram,
    ear_path: PathBuf,
}

/// A job has started.
pub(super) struct Told {
    /// Which.
    pub(super) job: Uuid,
    /// When, by [`super::clock`].
    pub(super) at: Duration,
    /// In which process.
    pub(super) pid: u32,
}

/// A worker process; killed with the value.
pub(super) struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = process::kill(&mut self.0);
    }
}

impl Worker {
    pub(super) fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Kills it now.
    pub(super) fn kill(&mut self) -> Result<()> {
        process::kill(&mut self.0).map(drop)
    }
}

impl Rig {
    pub(super) async fn start() -> Result<Self> {
        // What services say by default, or else each job would write several lines.
        let builder = TestSystem::builder().durable().own_redis().gateways(0);
        let system = builder.env("IMMICH_LOG_LEVEL", "log").start().await?;
        let env = Env::of(system.env().iter().cloned());
        let redis = RedisConfig::from_env(&env)?;
        let ear_path = system.folder().join("ear");
        Ok(Self {
            pool: db::pool(&DatabaseConfig::from_env(&env)?, 8, db::Planning::AsNeeded)?,
            waker: Waker::new(CommandPool::new(&redis)?, redis),
            ear: UnixDatagram::bind(&ear_path)?,
            ear_path,
            system,
        })
    }

    pub(super) fn redis_url(&self) -> String {
        self.system.redis().url()
    }

    /// The folder of logs, on the disk that Postgres writes to.
    pub(super) fn folder(&self) -> &Path {
        self.system.folder()
    }

    pub(super) async fn sql(&self) -> Result<tokio_postgres::Client> {
        self.system.sql().await
    }

    /// How many jobs a process takes at once that starts from now on.
    pub(super) async fn set_slots(&self, slots: usize) -> Result<()> {
        let mut settings = SystemConfig::default();
        settings.job.migration.concurrency = u32::try_from(slots)?;
        store(&mut *self.pool.get().await?, &settings, None).await?;
        Ok(())
    }

    /// Holds the queue, or lets it go and says so.
    pub(super) async fn pause(&self, is_paused: bool) -> Result<()> {
        let statement = "update queue set is_paused = $1 where name = $2";
        let queue = BenchJob::QUEUE.as_str();
        self.sql().await?.execute(statement, &[&is_paused, &queue]).await?;
        if !is_paused {
            let mut wakes = Wakes::default();
            wakes.add(BenchJob::QUEUE, 1);
            self.waker.send(wakes).await;
        }
        Ok(())
    }

    /// Starts worker processes and waits until they are members of the fleet.
    pub(super) async fn workers(&self, count: usize, env: &[(&str, &str)]) -> Result<Vec<Worker>> {
        let mut workers = Vec::new();
        for _ in 0..count {
            let port = free_port()?;
            let worker = self.spawn(port, env)?;
            let url = format!("http://127.0.0.1:{port}/readyz");
            wait_until("the worker is ready", || async {
                Ok(reqwest::get(&url).await?.status().is_success())
            })
            .await
            .with_context(|| std::fs::read_to_string(self.log()).unwrap_or_default())?;
            workers.push(worker);
        }
        Ok(workers)
    }

    fn spawn(&self, port: u16, env: &[(&str, &str)]) -> Result<Worker> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg("worker")
            .envs(self.system.env().iter().cloned())
            .env("SAFELIGHT_METRICS_ADDR", format!("127.0.0.1:{port}"))
            .env(TELL, &self.ear_path)
            .envs(env.iter().copied());
        process::log_to(&mut command, &self.log())?;
        Ok(Worker(process::spawn(command, Signal::KILL)?))
    }

    fn log(&self) -> PathBuf {
        self.folder().join("bench-worker.log")
    }

    /// Waits for the next job that tells.
    pub(super) async fn told(&self) -> Result<Told> {
        let mut bytes = [0; 128];
        let length = timeout(PATIENCE, self.ear.recv(&mut bytes)).await??;
        let line = String::from_utf8_lossy(bytes.get(..length).unwrap_or_default()).into_owned();
        let mut words = line.split(' ');
        let mut word = || words.next().context("a line of a worker");
        Ok(Told {
            job: word()?.parse()?,
            at: Duration::from_nanos(word()?.parse()?),
            pid: word()?.parse()?,
        })
    }

    /// Removes every job.
    pub(super) async fn clear(&self) -> Result<()> {
        self.sql().await?.batch_execute("truncate job").await?;
        Ok(())
    }
}
