//! The row in `system_metadata` and its version.

use diesel::sql_types::{BigInt, Jsonb, Text};
use diesel::{OptionalExtension, QueryableByName, sql_query};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl};

use super::{SystemConfig, diff, secret};
use crate::db::DbError;

/// The row's key.
const KEY: &str = "system-config";

/// A value and the version under which it is stored: another number for every change; 0 is "nothing stored yet".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    /// Grows at every change. Less than before means that rows were removed, or came back from a backup.
    pub version: i64,
    /// What is in force at that version.
    pub value: T,
}

/// Why the settings could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The database refused or was not there.
    #[error("the settings could not be read or written: {0}")]
    Database(#[from] diesel::result::Error),
    /// Somebody else stored another version since `expected` was read.
    #[error("the settings have changed since version {expected}")]
    Conflict {
        /// The version the caller had read.
        expected: i64,
    },
    /// The document could not be turned to JSON.
    #[error("the settings could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl From<SettingsError> for DbError {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Database(error) => error.into(),
            other => Self::Unknown(other.to_string()),
        }
    }
}

#[derive(QueryableByName)]
struct StoredRow {
    #[diesel(sql_type = Jsonb)]
    value: serde_json::Value,
    #[diesel(sql_type = BigInt)]
    version: i64,
}

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// Reads the settings in force, without their secrets.
///
/// # Errors
/// When the database does not answer. What is stored never fails: see the notes on `from_stored` about bad keys.
pub async fn load(conn: &mut AsyncPgConnection) -> Result<Versioned<SystemConfig>, SettingsError> {
    let row: Option<StoredRow> = sql_query("select value, version from system_metadata where key = $1")
        .bind::<Text, _>(KEY)
        .get_result(conn)
        .await
        .optional()?;
    Ok(match row {
        Some(row) => Versioned {
            version: row.version,
            value: diff::from_stored(&row.value),
        },
        None => Versioned {
            version: 0,
            value: SystemConfig::default(),
        },
    })
}

/// Reads the settings in force with their secrets. Only the owner of the database can.
///
/// # Errors
/// When the database does not answer, or refuses.
pub async fn load_with_secrets(conn: &mut AsyncPgConnection) -> Result<Versioned<SystemConfig>, SettingsError> {
    conn.build_transaction()
        .repeatable_read()
        .read_only()
        .run(async |conn| {
            let mut loaded = load(conn).await?;
            secret::put(conn, &mut loaded.value).await?;
            Ok(loaded)
        })
        .await
}

/// Stores the settings, their secrets apart, and answers their new version.
///
/// With `expected_version` (0 for "nothing stored yet") it only stores when that version is still the one in force, so
/// that two admins do not overwrite each other; without, the last one wins.
///
/// # Errors
/// [`SettingsError::Conflict`] when another version is in force; otherwise when the database does not answer.
pub async fn store(
    conn: &mut AsyncPgConnection,
    config: &SystemConfig,
    expected_version: Option<i64>,
) -> Result<i64, SettingsError> {
    let mut open = config.clone();
    let secrets = secret::take(&mut open);
    let value = diff::to_stored(&open)?;
    conn.transaction(async |conn| {
        let version = store_document(conn, &value, expected_version).await?;
        secret::replace(conn, &secrets).await?;
        Ok(version)
    })
    .await
}

/// Writes the row; a trigger gives it its version.
async fn store_document(
    conn: &mut AsyncPgConnection,
    value: &serde_json::Value,
    expected_version: Option<i64>,
) -> Result<i64, SettingsError> {
    let row: Option<VersionRow> = match expected_version {
        None => sql_query(
            "insert into system_metadata (key, value) values ($1, $2) \
             on conflict (key) do update set value = excluded.value, updated_at = now() returning version",
        )
        .bind::<Text, _>(KEY)
        .bind::<Jsonb, _>(value)
        .get_result(conn)
        .await
        .optional()?,
        Some(0) => sql_query(
            "insert into system_metadata (key, value) values ($1, $2) on conflict (key) do nothing returning version",
        )
        .bind::<Text, _>(KEY)
        .bind::<Jsonb, _>(value)
        .get_result(conn)
        .await
        .optional()?,
        Some(version) => sql_query(
            "update system_metadata set value = $2, updated_at = now() \
             where key = $1 and version = $3 returning version",
        )
        .bind::<Text, _>(KEY)
        .bind::<Jsonb, _>(value)
        .bind::<BigInt, _>(version)
        .get_result(conn)
        .await
        .optional()?,
    };
    match (row, expected_version) {
        (Some(row), _) => Ok(row.version),
        (None, Some(expected)) => Err(SettingsError::Conflict { expected }),
        (None, None) => Err(diesel::result::Error::NotFound.into()),
    }
}
