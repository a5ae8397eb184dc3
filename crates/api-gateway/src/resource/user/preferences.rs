//! Preferences: a document of sections, stored as what a user changed and answered over the defaults.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::db::schema::user;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{read::metadata, wire::COLORS, write::store_metadata};
use crate::http::validate::{Choices, Fields, Rule, Shape, boolean, choice, integer, name, object};
use crate::prelude::*;

/// The row of `user_metadata`.
const KEY: &str = "preferences";
const ORDERS: &Choices<&str> = &[("asc", "asc"), ("desc", "desc")];

/// `GET /users/me/preferences`
pub(super) async fn get(auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    Ok(reply::ok(&of(&mut conn, auth.id()).await?))
}

/// `PUT /users/me/preferences`: only what is named changes.
pub(super) async fn update(auth: Auth, body: Body<Changes>, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    Ok(reply::ok(&change(&mut conn, auth.id(), &body.0).await?))
}

/// The preferences of an account.
///
/// # Errors
/// The database.
pub(crate) async fn of(conn: &mut AsyncPgConnection, id: Uuid) -> Result<Value, ApiError> {
    Ok(view(metadata(conn, id, KEY).await?))
}

/// Changes the preferences of an account and gives all of them.
///
/// # Errors
/// 400 `User not found` for one that is not there or deleted.
pub(crate) async fn change(conn: &mut AsyncPgConnection, id: Uuid, changes: &Changes) -> Result<Value, ApiError> {
    let stored = conn
        .transaction::<Value, ApiError, _>(async |conn| {
            // Two changes at once are both kept: the second waits for the first.
            let live = user::table.find(id).filter(user::deleted_at.is_null());
            let found = live.select(user::id).for_update().execute(conn).await?;
            if found == 0 {
                return Err(ApiError::bad("User not found"));
            }
            let mut stored = metadata(conn, id, KEY).await?.unwrap_or_else(|| json!({}));
            merge(&mut stored, &changes.0);
            store_metadata(conn, id, KEY, &stored).await?;
            Ok(stored)
        })
        .await?;
    Ok(view(Some(stored)))
}

/// How a person likes their downloads.
pub(crate) struct DownloadPreferences {
    /// Bytes of one archive.
    pub(crate) archive_size: i64,
    /// Also the videos that were taken out of photos which still have them.
    pub(crate) include_embedded_videos: bool,
}

/// The section on downloads.
///
/// # Errors
/// The database.
pub(crate) async fn download_preferences(
    conn: &mut AsyncPgConnection,
    user: Uuid,
) -> Result<DownloadPreferences, ApiError> {
    let view = view(metadata(conn, user, KEY).await?);
    let section = view.get("download");
    let of = |name: &str| section.and_then(|section| section.get(name));
    Ok(DownloadPreferences {
        archive_size: of("archiveSize").and_then(Value::as_i64).unwrap_or(i64::MAX),
        include_embedded_videos: of("includeEmbeddedVideos").and_then(Value::as_bool).unwrap_or(false),
    })
}

/// The defaults, with what the user changed.
fn view(stored: Option<Value>) -> Value {
    let mut view = json!({
        "albums": {"defaultAssetOrder": "desc"},
        "folders": {"enabled": false, "sidebarWeb": false},
        "memories": {"enabled": true, "duration": 5},
        "people": {"enabled": true, "sidebarWeb": false, "minimumFaces": 3},
        "sharedLinks": {"enabled": true, "sidebarWeb": false},
        "ratings": {"enabled": false},
        "tags": {"enabled": false, "sidebarWeb": false},
        "emailNotifications": {"enabled": true, "albumInvite": true, "albumUpdate": true},
        "download": {"archiveSize": 4_294_967_296_u64, "includeEmbeddedVideos": false},
        "purchase": {"showSupportBadge": true, "hideBuyButtonUntil": "2022-02-12T00:00:00.000Z"},
        "cast": {"gCastEnabled": false},
        "recentlyAdded": {"sidebarWeb": false},
    });
    if let Some(stored) = stored {
        merge(&mut view, &stored);
    }
    view
}

/// Lays one document over another, section by section.
fn merge(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                merge(base.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over.clone(),
    }
}

/// A valid part of the document: the known fields that were sent.
pub(crate) struct Changes(Value);

/// A section as a rule, with the kinds of its fields.
macro_rules! section {
    ($name:ident { $($key:literal: $rule:expr),* $(,)? }) => {
        struct $name(Map<String, Value>);

        impl Shape for $name {
            fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
                let mut map = Map::new();
                $(if let Some(Some(value)) = fields.read($key, $rule.optional()) {
                    map.insert($key.to_owned(), value.into());
                })*
                Some(Self(map))
            }
        }
    };
}

section!(Albums { "defaultAssetOrder": choice(ORDERS) });
section!(Avatar { "color": choice(COLORS) });
section!(Cast { "gCastEnabled": boolean() });
section!(Download { "archiveSize": integer().min(1), "includeEmbeddedVideos": boolean() });
section!(EmailNotifications { "albumInvite": boolean(), "albumUpdate": boolean(), "enabled": boolean() });
section!(Switch { "enabled": boolean(), "sidebarWeb": boolean() });
section!(Memories { "duration": integer().min(1), "enabled": boolean() });
section!(People { "enabled": boolean(), "minimumFaces": integer().min(1), "sidebarWeb": boolean() });
section!(Purchase { "hideBuyButtonUntil": name(), "showSupportBadge": boolean() });
section!(Ratings { "enabled": boolean() });
section!(RecentlyAdded { "sidebarWeb": boolean() });

impl Shape for Changes {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let mut sections = Map::new();
        let mut keep = |name: &str, section: Option<Option<Map<String, Value>>>| {
            if let Some(Some(section)) = section {
                sections.insert(name.to_owned(), section.into());
            }
        };
        keep("albums", read_section(fields, "albums", |Albums(map)| map));
        // Checked as before; the colour belongs to the account now (`PUT /users/me`).
        read_section(fields, "avatar", |Avatar(map)| map);
        keep("cast", read_section(fields, "cast", |Cast(map)| map));
        keep("download", read_section(fields, "download", |Download(map)| map));
        keep(
            "emailNotifications",
            read_section(fields, "emailNotifications", |EmailNotifications(map)| map),
        );
        keep("folders", read_section(fields, "folders", |Switch(map)| map));
        keep("memories", read_section(fields, "memories", |Memories(map)| map));
        keep("people", read_section(fields, "people", |People(map)| map));
        keep("purchase", read_section(fields, "purchase", |Purchase(map)| map));
        keep("ratings", read_section(fields, "ratings", |Ratings(map)| map));
        keep(
            "recentlyAdded",
            read_section(fields, "recentlyAdded", |RecentlyAdded(map)| map),
        );
        keep("sharedLinks", read_section(fields, "sharedLinks", |Switch(map)| map));
        keep("tags", read_section(fields, "tags", |Switch(map)| map));
        Some(Self(sections.into()))
    }
}

/// Reads one optional section.
fn read_section<T: Shape>(
    fields: &mut Fields<'_, '_>,
    name: &str,
    map: impl FnOnce(T) -> Map<String, Value>,
) -> Option<Option<Map<String, Value>>> {
    fields
        .read(name, object::<T>().optional())
        .map(|section| section.map(map))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::validate::read;

    #[test]
    fn mistakes_are_listed_in_the_order_of_the_sections() {
        let input =
            json!({"folders": {"enabled": "yes"}, "download": {"archiveSize": 1.5}, "memories": {"duration": 0}});
        let issues = read::<Changes>(Some(&input)).err().unwrap();
        let issues = serde_json::to_value(&issues).unwrap();
        let paths: Vec<String> = issues
            .as_array()
            .unwrap()
            .iter()
            .map(|issue| issue["path"].to_string())
            .collect();
        assert_eq!(
            paths,
            [
                r#"["download","archiveSize"]"#,
                r#"["folders","enabled"]"#,
                r#"["memories","duration"]"#
            ]
        );
    }

    #[test]
    fn only_what_was_sent_changes() {
        let Changes(change) = read(Some(&json!({"tags": {"enabled": true, "x": 1}, "nope": {"a": 1}})))
            .ok()
            .unwrap();
        assert_eq!(change, json!({"tags": {"enabled": true}}));
        let after = view(Some(change));
        assert_eq!(after["tags"], json!({"enabled": true, "sidebarWeb": false}));
        assert_eq!(after["memories"], json!({"enabled": true, "duration": 5}));
    }
}
