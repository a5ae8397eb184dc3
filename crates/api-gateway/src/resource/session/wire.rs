//! The JSON of sessions.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use safelight_core::db::schema::session;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    access::Auth,
    http::{
        reply::iso,
        validate::{Rule, boolean, integer, name, shape},
    },
};

/// The columns that answers are made of.
#[derive(Queryable, Selectable)]
#[diesel(table_name = session, check_for_backend(diesel::pg::Pg))]
pub(super) struct SessionRow {
    pub(super) id: Uuid,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    app_version: Option<String>,
    device_os: String,
    device_type: String,
    is_pending_sync_reset: bool,
}

/// A session as its owner sees it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    id: Uuid,
    created_at: String,
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    current: bool,
    app_version: Option<String>,
    #[serde(rename = "deviceOS")]
    device_os: String,
    device_type: String,
    is_pending_sync_reset: bool,
}

impl SessionRow {
    /// The view of the caller.
    pub(super) fn view(self, auth: &Auth) -> Session {
        Session {
            current: auth.session().is_some_and(|this| this.id == self.id),
            id: self.id,
            created_at: iso(self.created_at),
            updated_at: iso(self.updated_at),
            expires_at: self.expires_at.map(iso),
            app_version: self.app_version,
            device_os: self.device_os,
            device_type: self.device_type,
            is_pending_sync_reset: self.is_pending_sync_reset,
        }
    }
}

/// A new session, and the only sight of its token.
#[derive(Serialize)]
pub(super) struct CreatedSession {
    #[serde(flatten)]
    pub(super) session: Session,
    pub(super) token: String,
}

shape! {
    /// A session for another device of the same person.
    pub(super) struct NewSession {
        /// Seconds; for ever if absent.
        duration: Option<i64> = "duration", integer().min(1).optional();
        device_type: Option<String> = "deviceType", name().optional();
        device_os: Option<String> = "deviceOS", name().optional();
    }

    /// Changes to a session.
    pub(super) struct SessionChanges {
        is_pending_sync_reset: Option<bool> = "isPendingSyncReset", boolean().optional();
    }
}
