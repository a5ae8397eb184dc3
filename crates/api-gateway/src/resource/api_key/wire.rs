//! The JSON of API keys.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use safelight_core::db::schema::api_key;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::{
    access::{PERMISSIONS, Permission},
    http::{
        reply::iso,
        validate::{Bound, Rule, choice, list, name, shape},
    },
};

/// A key without its secret, which nobody knows any more.
#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = api_key, check_for_backend(diesel::pg::Pg))]
#[serde(rename_all = "camelCase")]
pub(super) struct ApiKey {
    id: Uuid,
    name: String,
    #[serde(serialize_with = "as_iso")]
    created_at: DateTime<Utc>,
    #[serde(serialize_with = "as_iso")]
    updated_at: DateTime<Utc>,
    permissions: Vec<String>,
}

fn as_iso<S: Serializer>(moment: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&iso(*moment))
}

/// A new key, and the only sight of its secret.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreatedKey {
    pub(super) secret: String,
    pub(super) api_key: ApiKey,
}

shape! {
    /// What a new key is to be.
    pub(super) struct NewKey {
        name: Option<String> = "name", name().optional();
        permissions: Vec<Permission> = "permissions", list(Bound::Words, choice(PERMISSIONS)).min(1);
    }

    /// Changes to a key; absent fields stay.
    pub(super) struct KeyChanges {
        name: Option<String> = "name", name().optional();
        permissions: Option<Vec<Permission>> = "permissions", list(Bound::Words, choice(PERMISSIONS)).min(1).optional();
    }
}

/// The words the database keeps.
pub(super) fn words(permissions: &[Permission]) -> Vec<&'static str> {
    permissions.iter().map(|permission| permission.as_str()).collect()
}
