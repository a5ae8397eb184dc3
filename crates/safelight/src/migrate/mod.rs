//! The schema: the only place that changes it.

mod foreign;
mod inventory;
mod lock;

use std::fmt;

use anyhow::{Context as _, anyhow, bail};
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};
use safelight_core::config::DatabaseConfig;
use safelight_core::db::{self, Readiness};

/// All migrations, part of this binary.
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// What a run of the migrations did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Report {
    /// The migrations that were applied, oldest first.
    pub(crate) applied: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.applied.as_slice() {
            [] => write!(f, "The database schema is up to date ({}).", db::SCHEMA_VERSION),
            applied => write!(f, "The database schema was brought up to date: {}.", applied.join(", ")),
        }
    }
}

/// Brings the schema up to date. Any number may run at once: the others wait and find nothing left to do.
///
/// # Errors
/// The database belongs to somebody else (nothing was written then), is newer than this binary, or a migration failed.
pub(crate) async fn migrate(config: &DatabaseConfig) -> anyhow::Result<Report> {
    let mut conn = db::connect(config).await?;
    lock::acquire(&mut conn).await?;
    let inventory = inventory::take(&mut conn).await?;
    if let Some(refusal) = foreign::refusal(&inventory) {
        bail!(refusal);
    }
    if db::readiness(&mut conn).await? == Readiness::Incompatible {
        bail!(
            "this database was changed by a later release of Safelight that this one cannot work with: install that release"
        );
    }
    // A migration may take long on a large library, but must not queue behind a forgotten session for ever.
    conn.batch_execute(
        "set statement_timeout = 0; set lock_timeout = '60s'; set idle_in_transaction_session_timeout = 0",
    )
    .await?;
    apply(conn)
}

/// Applies what is pending, each migration in a transaction of its own. The connection ends with it, and the lock.
fn apply(conn: AsyncPgConnection) -> anyhow::Result<Report> {
    let mut harness = AsyncMigrationHarness::new(conn);
    let applied = harness
        .run_pending_migrations(MIGRATIONS)
        .map_err(|error| anyhow!(error))
        .context("a migration failed")?;
    Ok(Report {
        applied: applied.iter().map(ToString::to_string).collect(),
    })
}
