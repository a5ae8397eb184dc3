//! The feed of changes: what a reader sees who follows it.

mod forgotten;
mod held;
mod late;
mod mirror;
mod restored;
mod storm;

use anyhow::Result;
use diesel_async::AsyncPgConnection;
use safelight_core::config::{DatabaseConfig, Env};
use safelight_core::db::connect;
use safelight_tests::servers::{Postgres, TestDatabase};

/// A database on a server of its own: on one that other tests write to, readers would wait for theirs.
async fn database() -> Result<TestDatabase> {
    TestDatabase::create_on(Postgres::start().await?).await
}

/// A connection as the programs have it.
async fn program(database: &TestDatabase) -> Result<AsyncPgConnection> {
    program_at(&database.url()).await
}

/// The same by a URL.
async fn program_at(url: &str) -> Result<AsyncPgConnection> {
    let config = DatabaseConfig::from_env(&Env::of([("DB_URL", url)]))?;
    Ok(connect(&config).await?)
}
