//! An account as the database has it, without its secrets.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use safelight_core::db::schema::user;
use uuid::Uuid;

/// The columns that answers are made of.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = user, check_for_backend(diesel::pg::Pg))]
pub(crate) struct UserRow {
    /// The account.
    pub(crate) id: Uuid,
    /// Lower-cased.
    pub(crate) email: String,
    /// The name shown to people.
    pub(crate) name: String,
    /// May call the admin routes.
    pub(crate) is_admin: bool,
    /// The web app asks for another password.
    pub(crate) should_change_password: bool,
    /// The folder of this account under the storage template.
    pub(crate) storage_label: Option<String>,
    /// One of the ten colours, if chosen.
    pub(crate) avatar_color: Option<String>,
    /// Path of the picture, or empty.
    pub(crate) profile_image_path: String,
    /// When the picture last changed.
    pub(crate) profile_changed_at: DateTime<Utc>,
    /// Bytes; `None` is no limit.
    pub(crate) quota_size_in_bytes: Option<i64>,
    /// Bytes in use.
    pub(crate) quota_usage_in_bytes: i64,
    /// The account at an identity provider, or empty.
    pub(crate) oauth_id: String,
    /// `active`, `removing` or `deleted`.
    pub(crate) status: String,
    /// When it was made.
    pub(crate) created_at: DateTime<Utc>,
    /// When it last changed.
    pub(crate) updated_at: DateTime<Utc>,
    /// When it was deleted, if it was.
    pub(crate) deleted_at: Option<DateTime<Utc>>,
}
