//! The job engine, sentence by sentence of its contract, against a real Postgres.

mod alone;
mod chores;
mod claims;
mod counts;
mod fence;
mod illness;
pub(crate) mod lanes;
mod losses;
mod merging;
mod schedules;
mod stopping;

use std::time::Duration;

use anyhow::Result;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use safelight_core::config::{DatabaseConfig, Env};
use safelight_core::db;
use safelight_core::ids::QueueName;
use safelight_core::jobs::engine::beat::Pulse;
use safelight_core::jobs::engine::{ClaimLimits, ClaimedRow, SupportedKind, claim};
use safelight_core::jobs::kind::{GenerateThumbnails, NoPayload};
use safelight_core::jobs::{Class, NewJob, Source, Wakes, enqueue};
use safelight_tests::servers::TestDatabase;
use uuid::Uuid;

const LEASE: Duration = Duration::from_secs(10);
const THUMBNAILS: &[SupportedKind] = &[SupportedKind {
    name: "AssetGenerateThumbnails",
    version: 1,
    queue: QueueName::ThumbnailGeneration,
}];

/// A database with an empty job table.
struct Jobs {
    database: TestDatabase,
    config: DatabaseConfig,
}

impl Jobs {
    async fn new() -> Result<Self> {
        let database = TestDatabase::create().await?;
        let config = DatabaseConfig::from_env(&Env::of([("DB_URL", database.url())]))?;
        Ok(Self { database, config })
    }

    async fn conn(&self) -> Result<AsyncPgConnection> {
        Ok(db::connect(&self.config).await?)
    }

    /// One value of the database, as text.
    async fn value(&self, query: &str) -> Result<String> {
        let client = self.database.connect().await?;
        let row = client.query_one(&format!("select ({query})::text"), &[]).await?;
        Ok(row.get::<_, Option<String>>(0).unwrap_or_default())
    }
}

fn limits(slots: usize) -> ClaimLimits<'static> {
    ClaimLimits {
        queue: QueueName::ThumbnailGeneration,
        kinds: THUMBNAILS,
        capabilities: &[],
        boot: Uuid::from_u128(7),
        lease: LEASE,
        slots,
        suspect: false,
    }
}

/// What the node of [`limits`] says of itself.
fn pulse(leases: Vec<i64>) -> Pulse<'static> {
    Pulse {
        boot: Uuid::from_u128(7),
        progress: leases.iter().map(|_| 0.5).collect(),
        leases,
        lease: LEASE,
        state: "active",
        reason: None,
        slots: serde_json::json!({}),
        kinds: THUMBNAILS.to_vec(),
        capabilities: Vec::new(),
        chores: vec!["leases", "nodes"],
    }
}

fn thumbnails(subject: Uuid) -> NewJob<GenerateThumbnails> {
    NewJob::for_subject(subject)
}

async fn put(conn: &mut AsyncPgConnection, job: NewJob<GenerateThumbnails>) -> Result<()> {
    let mut wakes = Wakes::default();
    enqueue(conn, &mut wakes, job).await?;
    assert!(!wakes.is_empty());
    Ok(())
}

/// Enqueues one job and claims it.
async fn put_and_claim(conn: &mut AsyncPgConnection, subject: Uuid) -> Result<ClaimedRow> {
    put(conn, thumbnails(subject).source(Source::Upload).class(Class::Normal)).await?;
    let mut rows = claim(conn, limits(1)).await?;
    Ok(rows.pop().expect("a job to claim"))
}

async fn run(conn: &mut AsyncPgConnection, statement: &str) -> Result<()> {
    conn.batch_execute(statement).await?;
    Ok(())
}

async fn count(conn: &mut AsyncPgConnection, statement: &str) -> Result<usize> {
    Ok(diesel::sql_query(statement).execute(conn).await?)
}
