//! The JSON of accounts.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::db::schema::user_metadata;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::row::UserRow;
use crate::http::{
    error::ApiError,
    reply::iso,
    validate::{Choices, Fields, Rule, Shape, boolean, choice, email, name, new_password, pattern, shape, text},
};

/// The colours of avatars, in the order by which an address finds its own.
pub(crate) const COLORS: &Choices<&str> = &[
    ("primary", "primary"),
    ("pink", "pink"),
    ("red", "red"),
    ("yellow", "yellow"),
    ("blue", "blue"),
    ("green", "green"),
    ("purple", "purple"),
    ("orange", "orange"),
    ("gray", "gray"),
    ("amber", "amber"),
];

/// What any user may know of another.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserBrief {
    id: Uuid,
    email: String,
    name: String,
    profile_image_path: String,
    avatar_color: String,
    profile_changed_at: String,
}

/// What one sees of oneself, and administrators of all.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserAdmin {
    #[serde(flatten)]
    brief: UserBrief,
    storage_label: Option<String>,
    should_change_password: bool,
    is_admin: bool,
    created_at: String,
    deleted_at: Option<String>,
    updated_at: String,
    oauth_id: String,
    quota_size_in_bytes: Option<i64>,
    quota_usage_in_bytes: i64,
    status: String,
    license: Option<Value>,
}

impl From<UserRow> for UserBrief {
    fn from(row: UserRow) -> Self {
        let avatar_color = row.avatar_color.unwrap_or_else(|| color_of(&row.email).to_owned());
        Self {
            id: row.id,
            email: row.email,
            name: row.name,
            profile_image_path: row.profile_image_path,
            avatar_color,
            profile_changed_at: iso(row.profile_changed_at),
        }
    }
}

impl UserAdmin {
    fn new(row: UserRow, license: Option<Value>) -> Self {
        Self {
            storage_label: row.storage_label.clone(),
            should_change_password: row.should_change_password,
            is_admin: row.is_admin,
            created_at: iso(row.created_at),
            deleted_at: row.deleted_at.map(iso),
            updated_at: iso(row.updated_at),
            oauth_id: row.oauth_id.clone(),
            quota_size_in_bytes: row.quota_size_in_bytes,
            quota_usage_in_bytes: row.quota_usage_in_bytes,
            status: row.status.clone(),
            brief: row.into(),
            license,
        }
    }
}

/// The full view of an account.
///
/// # Errors
/// The database.
pub(crate) async fn admin_view(conn: &mut AsyncPgConnection, row: UserRow) -> Result<UserAdmin, ApiError> {
    let license = user_metadata::table
        .find((row.id, "license"))
        .select(user_metadata::value);
    let license = license.first::<Value>(conn).await.optional()?;
    Ok(UserAdmin::new(row, license))
}

/// The full view of several accounts, in their order.
///
/// # Errors
/// The database.
pub(crate) async fn admin_views(conn: &mut AsyncPgConnection, rows: Vec<UserRow>) -> Result<Vec<UserAdmin>, ApiError> {
    let licenses: Vec<(Uuid, Value)> = user_metadata::table
        .filter(user_metadata::key.eq("license"))
        .filter(user_metadata::user_id.eq_any(rows.iter().map(|row| row.id)))
        .select((user_metadata::user_id, user_metadata::value))
        .load(conn)
        .await?;
    let mut licenses: HashMap<Uuid, Value> = licenses.into_iter().collect();
    let views = rows.into_iter().map(|row| {
        let license = licenses.remove(&row.id);
        UserAdmin::new(row, license)
    });
    Ok(views.collect())
}

/// The colour of an address whose owner chose none: the sum of its code points picks one of the ten.
pub(crate) fn color_of(email: &str) -> &'static str {
    let sum: usize = email.chars().filter_map(|c| usize::try_from(u32::from(c)).ok()).sum();
    COLORS.get(sum % COLORS.len()).map_or("primary", |(name, _)| *name)
}

shape! {
    /// Changes to one's own account; absent fields stay.
    pub(super) struct UpdateMe {
        email: Option<String> = "email", email().optional();
        password: Option<String> = "password", new_password().optional();
        name: Option<String> = "name", name().optional();
        /// `Some(None)`: back to the colour of the address.
        avatar_color: Option<Option<&'static str>> = "avatarColor", choice(COLORS).nullish();
    }

    /// Whether the welcome pages were seen.
    pub(super) struct Onboarding(bool = "isOnboarded", boolean());
}

/// A purchase of Immich, which means nothing here: only its form is checked.
pub(crate) struct LicenseKey;

impl Shape for LicenseKey {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let license = fields.read("licenseKey", pattern(r"/^IM(SV|CL)(-[\dA-Za-z]{4}){8}$/"));
        let activation = fields.read("activationKey", text());
        license.and(activation).map(|_| Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_the_recorded_colours() {
        for (email, color) in [
            ("admin@example.com", "gray"),
            ("user2@example.com", "blue"),
            ("user4@example.com", "purple"),
        ] {
            assert_eq!(color_of(email), color, "{email}");
        }
    }
}
