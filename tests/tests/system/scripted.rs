//! Several worker processes whose jobs do what a test tells them.

use anyhow::Result;
use safelight_core::config::{DatabaseConfig, Env};
use safelight_core::db::connect;
use safelight_core::jobs::JobKind;
use safelight_core::settings::{SystemConfig, store};
use safelight_tests::scripted::Order;
use safelight_tests::{Kind, TestSystem};
use tokio_postgres::Client;

/// Workers without a gateway, with a short lease and short waits between tries.
pub(crate) struct Troupe {
    pub(crate) system: TestSystem,
    pub(crate) sql: Client,
}

impl Troupe {
    /// So many processes, with these variables.
    pub(crate) async fn of(workers: usize, env: &[(&str, &str)]) -> Result<Self> {
        let mut builder = TestSystem::builder()
            .gateways(0)
            .workers(&vec![Kind::ScriptedWorker; workers])
            .env("SAFELIGHT_LEASE", "2s")
            .env("SAFELIGHT_RETRY_DELAY", "100ms");
        for (name, value) in env {
            builder = builder.env(name, value);
        }
        let system = builder.start().await?;
        let sql = system.sql().await?;
        Ok(Self { system, sql })
    }

    /// [`Troupe::of`], with settings that are in force when the workers start.
    pub(crate) async fn with_settings(workers: usize, env: &[(&str, &str)], settings: &SystemConfig) -> Result<Self> {
        let troupe = Self::of(0, env).await?;
        let config = DatabaseConfig::from_env(&Env::of([("DB_URL", troupe.system.database().url())]))?;
        store(&mut connect(&config).await?, settings, None).await?;
        for _ in 0..workers {
            troupe.system.start(Kind::ScriptedWorker).await?;
        }
        Ok(troupe)
    }

    /// Enqueues a job that was lost so often; nobody is woken.
    pub(crate) async fn put<K: JobKind>(&self, order: &Order, losses: i32) -> Result<()> {
        let insert = "insert into job (id, queue, kind, dedup_key, payload, payload_version, class, losses) \
            values (uuid_v7(), $1, $2, gen_random_uuid()::text, ($3::text)::jsonb, 1, 1, $4)";
        let payload = serde_json::to_string(order)?;
        let queue = K::QUEUE.as_str();
        self.sql.execute(insert, &[&queue, &K::NAME, &payload, &losses]).await?;
        Ok(())
    }

    /// One number of the database.
    pub(crate) async fn number(&self, query: &str) -> Result<i64> {
        Ok(self.sql.query_one(query, &[]).await?.get(0))
    }

    /// How many jobs are in no end yet.
    pub(crate) async fn open(&self) -> Result<i64> {
        self.number("select count(*) from job where state <> 'parked'").await
    }
}
