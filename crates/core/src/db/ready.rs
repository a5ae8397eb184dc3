use std::time::Duration;

use diesel::sql_types::{Bool, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};

use super::{DbError, connect};
use crate::config::DatabaseConfig;

/// The newest migration when this binary was built: the date and number in the name of its folder, without dashes.
pub const SCHEMA_VERSION: &str = env!("SAFELIGHT_SCHEMA_VERSION");

/// Time between two looks at a schema that is not there yet.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// What the database says of its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// At least as new as this binary.
    Ready,
    /// Not migrated, or older than this binary: somebody must run `safelight migrate`.
    Behind,
    /// A later release has declared that binaries as old as this one must not run on it.
    Incompatible,
}

#[derive(diesel::QueryableByName)]
struct TableExists {
    #[diesel(sql_type = Bool)]
    exists: bool,
}

#[derive(diesel::QueryableByName)]
struct State {
    #[diesel(sql_type = Nullable<Text>)]
    newest: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    oldest_binary: Option<String>,
}

/// Compares the schema with [`SCHEMA_VERSION`]. The row `schema` of `system_metadata`, where a migration wrote it, holds
/// `oldestBinary`: the schema version below which a binary must not run.
pub async fn readiness(conn: &mut AsyncPgConnection) -> Result<Readiness, DbError> {
    let tables = diesel::sql_query(
        "select to_regclass('__diesel_schema_migrations') is not null \
         and to_regclass('system_metadata') is not null as exists",
    );
    if !tables.get_result::<TableExists>(conn).await?.exists {
        return Ok(Readiness::Behind);
    }
    let state = diesel::sql_query(
        "select (select max(version) from __diesel_schema_migrations)::text as newest, \
         (select value ->> 'oldestBinary' from system_metadata where key = 'schema') as oldest_binary",
    );
    let state = state.get_result::<State>(conn).await?;
    Ok(match state {
        State {
            oldest_binary: Some(oldest),
            ..
        } if oldest.as_str() > SCHEMA_VERSION => Readiness::Incompatible,
        State {
            newest: Some(newest), ..
        } if newest.as_str() >= SCHEMA_VERSION => Readiness::Ready,
        State { .. } => Readiness::Behind,
    })
}

/// Waits, saying so, until the database is reachable and migrated.
///
/// # Errors
/// The schema is marked incompatible with this binary, or TLS cannot be set up.
pub async fn wait_for_schema(config: &DatabaseConfig) -> Result<(), DbError> {
    let mut said = None;
    loop {
        let reason = match look(config).await {
            Ok(Readiness::Ready) => return Ok(()),
            Ok(Readiness::Incompatible) => {
                return Err(DbError::Unknown(
                    "a schema that is too new for this binary: install its release".into(),
                ));
            }
            Ok(Readiness::Behind) => "the schema is not there yet: run `safelight migrate`".to_owned(),
            Err(error @ DbError::Tls(_)) => return Err(error),
            Err(error) if error.is_refusal() => "Postgres has no connection left (max_connections)".to_owned(),
            Err(error) => error.to_string(),
        };
        if said.as_ref() != Some(&reason) {
            tracing::warn!(reason, "waiting for the database");
            said = Some(reason);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

async fn look(config: &DatabaseConfig) -> Result<Readiness, DbError> {
    readiness(&mut connect(config).await?).await
}
