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
    validate::{Bound, Rule, instant, list, name, query_boolean, record, shape, text, uuid, word},
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

shape! {
    /// Which ones to list.
    pub(super) struct Filter {
        id: Option<Uuid> = "id", uuid().optional();
        level: Option<NotificationLevel> = "level", word(NotificationLevel::ALL).optional();
        kind: Option<NotificationType> = "type", word(NotificationType::ALL).optional();
        unread: Option<bool> = "unread", query_boolean().optional();
    }

    /// A notification that an administrator writes.
    pub(super) struct NewNotification {
        data: Option<Map<String, Value>> = "data", record().optional();
        description: Option<String> = "description", text().nullish().map(Option::flatten);
        level: NotificationLevel = "level", word(NotificationLevel::ALL).or(NotificationLevel::Info);
        read_at: Option<DateTime<Utc>> = "readAt", instant().nullish().map(Option::flatten);
        title: String = "title", name();
        kind: NotificationType = "type", word(NotificationType::ALL).or(NotificationType::Custom);
        user: Uuid = "userId", uuid();
    }

    /// Whether it was read: absent, not, or when.
    pub(super) struct Change {
        read_at: Option<Option<DateTime<Utc>>> = "readAt", instant().nullish();
    }

    /// The same for several.
    pub(super) struct Changes {
        ids: Vec<Uuid> = "ids", list(Bound::Ids, uuid()).min(1);
        change: Change;
    }

    /// Several.
    pub(super) struct Ids(Vec<Uuid> = "ids", list(Bound::Ids, uuid()).min(1));
}
