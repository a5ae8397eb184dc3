//! The JSON of notifications.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use safelight_core::{
    db::schema::notification,
    ids::{NotificationLevel, NotificationType},
};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::http::{
    reply,
    validate::{Bound, Fields, Rule, Shape, instant, list, name, query_boolean, record, text, uuid, word},
};

/// A notification as its owner sees it. What is absent is left out.
#[derive(Clone, Debug, Queryable, Selectable, Serialize)]
#[diesel(table_name = notification, check_for_backend(diesel::pg::Pg))]
#[serde(rename_all = "camelCase")]
pub(super) struct Notification {
    pub(super) id: Uuid,
    #[serde(serialize_with = "iso")]
    created_at: DateTime<Utc>,
    level: String,
    #[serde(rename = "type")]
    type_: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_iso")]
    read_at: Option<DateTime<Utc>>,
}

fn iso<S: Serializer>(moment: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&reply::iso(*moment))
}

#[expect(clippy::ref_option, reason = "serde hands fields over so")]
fn optional_iso<S: Serializer>(moment: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    moment.map(reply::iso).serialize(serializer)
}

/// Which ones to list.
pub(super) struct Filter {
    pub(super) id: Option<Uuid>,
    pub(super) level: Option<NotificationLevel>,
    pub(super) kind: Option<NotificationType>,
    pub(super) unread: Option<bool>,
}

impl Shape for Filter {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let id = fields.read("id", uuid().optional());
        let level = fields.read("level", word(NotificationLevel::ALL).optional());
        let kind = fields.read("type", word(NotificationType::ALL).optional());
        let unread = fields.read("unread", query_boolean().optional());
        Some(Self {
            id: id?,
            level: level?,
            kind: kind?,
            unread: unread?,
        })
    }
}

/// A notification that an administrator writes.
pub(super) struct NewNotification {
    pub(super) user: Uuid,
    pub(super) level: NotificationLevel,
    pub(super) kind: NotificationType,
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) data: Option<Map<String, Value>>,
    pub(super) read_at: Option<DateTime<Utc>>,
}

impl Shape for NewNotification {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let data = fields.read("data", record().optional());
        let description = fields.read("description", text().nullish());
        let level = fields.read("level", word(NotificationLevel::ALL).optional());
        let read_at = fields.read("readAt", instant().nullish());
        let title = fields.read("title", name());
        let kind = fields.read("type", word(NotificationType::ALL).optional());
        let user = fields.read("userId", uuid());
        Some(Self {
            user: user?,
            level: level?.unwrap_or(NotificationLevel::Info),
            kind: kind?.unwrap_or(NotificationType::Custom),
            title: title?,
            description: description?.flatten(),
            data: data?,
            read_at: read_at?.flatten().map(|moment| moment.to_utc()),
        })
    }
}

/// Whether it was read: absent, not, or when.
pub(super) struct Change {
    pub(super) read_at: Option<Option<DateTime<Utc>>>,
}

impl Shape for Change {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let read_at = fields.read("readAt", instant().nullish())?;
        Some(Self {
            read_at: read_at.map(|moment| moment.map(|moment| moment.to_utc())),
        })
    }
}

/// The same for several.
pub(super) struct Changes {
    pub(super) ids: Vec<Uuid>,
    pub(super) change: Change,
}

impl Shape for Changes {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let ids = fields.read("ids", list(Bound::Ids, uuid()).min(1));
        let change = Change::read(fields);
        Some(Self {
            ids: ids?,
            change: change?,
        })
    }
}

/// Several.
pub(super) struct Ids(pub(super) Vec<Uuid>);

impl Shape for Ids {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        fields.read("ids", list(Bound::Ids, uuid()).min(1)).map(Self)
    }
}
