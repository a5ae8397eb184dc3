//! The documents and their rows.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::db::schema::system_metadata;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::http::error::ApiError;

/// Whether the administrator has seen the welcome pages.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdminOnboarding {
    /// They have.
    pub(crate) is_onboarded: bool,
}

impl AdminOnboarding {
    /// Its row.
    pub(crate) const KEY: &str = "admin-onboarding";
}

/// What the last look for a newer release found.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionCheck {
    /// When it was.
    pub(crate) checked_at: Option<String>,
    /// The newest release.
    pub(crate) release_version: Option<String>,
}

impl VersionCheck {
    /// Its row.
    pub(crate) const KEY: &str = "version-check-state";
}

/// Which place names were read last.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReverseGeocoding {
    last_update: Option<String>,
    last_import_file_name: Option<String>,
}

impl ReverseGeocoding {
    /// Its row.
    pub(super) const KEY: &str = "reverse-geocoding-state";
}

/// One document; its default while nothing is stored.
///
/// # Errors
/// The database, or a row that is none of ours.
pub(crate) async fn load<T: DeserializeOwned + Default>(
    conn: &mut AsyncPgConnection,
    key: &str,
) -> Result<T, ApiError> {
    let row = system_metadata::table.find(key).select(system_metadata::value);
    match row.first::<Value>(conn).await.optional()? {
        Some(value) => serde_json::from_value(value).map_err(ApiError::internal),
        None => Ok(T::default()),
    }
}

/// Writes one document.
///
/// # Errors
/// The database.
pub(crate) async fn store<T: Serialize>(conn: &mut AsyncPgConnection, key: &str, value: &T) -> Result<(), ApiError> {
    let value = serde_json::to_value(value).map_err(ApiError::internal)?;
    diesel::insert_into(system_metadata::table)
        .values((system_metadata::key.eq(key), system_metadata::value.eq(&value)))
        .on_conflict(system_metadata::key)
        .do_update()
        .set((
            system_metadata::value.eq(&value),
            system_metadata::version.eq(system_metadata::version + 1),
            system_metadata::updated_at.eq(diesel::dsl::now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
