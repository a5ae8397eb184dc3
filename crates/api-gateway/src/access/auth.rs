//! The caller of a request, once known.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::Permission;
use crate::http::error::ApiError;

/// The caller.
#[derive(Clone, Debug)]
pub(crate) struct Auth {
    /// Whose account it is.
    pub(crate) user: AuthUser,
    /// What proved it.
    pub(crate) via: Via,
}

/// What every request may need of the account.
#[derive(Clone, Debug)]
pub(crate) struct AuthUser {
    /// The account.
    pub(crate) id: Uuid,
    /// May call the admin routes.
    pub(crate) is_admin: bool,
    /// Bytes; `None` is no limit.
    pub(crate) quota_size_in_bytes: Option<i64>,
    /// Bytes in use.
    pub(crate) quota_usage_in_bytes: i64,
}

impl AuthUser {
    /// How many bytes this person may still store, as it was when the request came; `None` is no limit.
    pub(crate) fn room(&self) -> Option<u64> {
        let quota = self.quota_size_in_bytes?;
        Some(u64::try_from(quota.saturating_sub(self.quota_usage_in_bytes)).unwrap_or(0))
    }
}

/// The kind of credentials.
#[derive(Clone, Debug)]
pub(crate) enum Via {
    /// A login.
    Session(AuthSession),
    /// An API key.
    ApiKey(AuthKey),
}

/// The session of a request.
#[derive(Clone, Debug)]
pub(crate) struct AuthSession {
    /// The session.
    pub(crate) id: Uuid,
    /// Unlocked by PIN for the locked folder, right now.
    pub(crate) is_elevated: bool,
    /// When it ends by itself.
    pub(crate) expires_at: Option<DateTime<Utc>>,
    /// When the elevation ends, or ended.
    pub(crate) pin_expires_at: Option<DateTime<Utc>>,
    /// How long ago the password was given for it; none for a session that was opened from another.
    pub(crate) login_age: Option<TimeDelta>,
}

/// The API key of a request.
#[derive(Clone, Debug)]
pub(crate) struct AuthKey {
    /// The key's row.
    pub(crate) id: Uuid,
    /// What it may do.
    pub(crate) permissions: Vec<Permission>,
}

impl Auth {
    /// The account's id.
    pub(crate) fn id(&self) -> Uuid {
        self.user.id
    }

    /// The session, if there is one.
    pub(crate) fn session(&self) -> Option<&AuthSession> {
        match &self.via {
            Via::Session(session) => Some(session),
            Via::ApiKey(_) => None,
        }
    }

    /// The API key, if there is one.
    pub(crate) fn key(&self) -> Option<&AuthKey> {
        match &self.via {
            Via::ApiKey(key) => Some(key),
            Via::Session(_) => None,
        }
    }

    /// The session, for routes that make sense only with one.
    pub(crate) fn require_session(&self) -> Result<&AuthSession, ApiError> {
        self.session()
            .ok_or_else(|| ApiError::bad("This endpoint can only be used with a session token"))
    }

    /// Whether the locked folder is open to this request.
    pub(crate) fn is_elevated(&self) -> bool {
        self.session().is_some_and(|session| session.is_elevated)
    }

    /// 401 unless the locked folder is open to this request.
    pub(crate) fn require_elevated(&self) -> Result<(), ApiError> {
        if self.is_elevated() {
            Ok(())
        } else {
            Err(ApiError::Unauthorized("Elevated permission is required"))
        }
    }

    /// Whether the credentials carry this permission; sessions carry all.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.key().is_none_or(|key| {
            key.permissions
                .iter()
                .any(|has| *has == permission || *has == Permission::All)
        })
    }
}

impl FromRequest for Auth {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        // The gate has put it there; only a route declared public lacks it.
        ready(
            request
                .extensions()
                .get::<Self>()
                .cloned()
                .ok_or(ApiError::Unauthorized("Authentication required")),
        )
    }
}
