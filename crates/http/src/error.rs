//! What can go wrong with a request, and the answer to each: the only place where errors become statuses and bodies.
//!
//! The body is always `{"message": ...}`, with `errors` beside it when an input was invalid. What a client did wrong is
//! told exactly; what went wrong in here is logged and answered with a general sentence.

use std::time::Duration;

use actix_web::{
    HttpResponse, ResponseError,
    error::PayloadError,
    http::{
        StatusCode,
        header::{HeaderValue, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS},
    },
};
use safelight_core::{
    db::{Collision, DbError},
    media::{Illness, MediaError},
    settings::SettingsError,
};
use safelight_credentials::CredentialError;
use serde_json::json;

use super::validate::Issues;

/// After this time a request that came at a bad moment is worth another try.
const BUSY: Duration = Duration::from_secs(1);

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// 400: the request makes no sense or names something that is not there.
    #[error("{0}")]
    BadRequest(String),
    /// 400 with the list of issues.
    #[error("Validation failed")]
    Invalid(Issues),
    /// 401: who are you?
    #[error("{0}")]
    Unauthorized(&'static str),
    /// 403: you may not.
    #[error("{0}")]
    Forbidden(String),
    /// 404.
    #[error("{0}")]
    NotFound(String),
    /// Any other status with a message of its own (413, 429, 507, ...).
    #[error("{1}")]
    Status(StatusCode, String),
    /// 429 or 503: not now, but after this time, which `Retry-After` tells in whole seconds.
    #[error("{1}")]
    Later(StatusCode, String, Duration),
    /// 500: not the client's fault. The source is logged, never sent.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ApiError {
    /// 400 with this message.
    pub fn bad(message: impl Into<String>) -> Self {
        Self::BadRequest(message.into())
    }

    /// 400 for a thing that is absent or not the caller's: the two look the same from outside.
    pub fn no_access(permission: &str) -> Self {
        Self::BadRequest(format!("Not found or no {permission} access"))
    }

    /// 403 with this message.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::Forbidden(message.into())
    }

    /// 404 `Not Found`.
    pub fn not_found() -> Self {
        Self::NotFound("Not Found".to_owned())
    }

    /// 400, in the words of the contract: more than the account may store.
    pub fn quota_exceeded() -> Self {
        Self::bad("Quota has been exceeded!")
    }

    /// 413: more than this service reads.
    pub fn too_large() -> Self {
        Self::Status(StatusCode::PAYLOAD_TOO_LARGE, "Request body is too large".to_owned())
    }

    /// 408: the client stopped sending.
    pub fn stalled() -> Self {
        Self::Status(StatusCode::REQUEST_TIMEOUT, "Request timed out".to_owned())
    }

    /// 501: things (`Tags`) that this release has none of.
    pub fn not_yet(things: &str) -> Self {
        Self::Status(
            StatusCode::NOT_IMPLEMENTED,
            format!("{things} are not available in this release"),
        )
    }

    /// 503: too much is going on; the client may come again.
    pub fn busy() -> Self {
        Self::later(
            StatusCode::SERVICE_UNAVAILABLE,
            "Too many large requests at the moment",
            Duration::from_secs(1),
        )
    }

    /// This status, and when to try again.
    pub fn later(status: StatusCode, message: impl Into<String>, wait: Duration) -> Self {
        Self::Later(status, message.into(), wait)
    }

    /// 503: too much is asked of the database at the moment.
    fn overloaded() -> Self {
        let message = "The server is busy; try again in a moment";
        Self::later(StatusCode::SERVICE_UNAVAILABLE, message, BUSY)
    }

    /// 503: the database is not there, or says nothing.
    fn away(error: &DbError) -> Self {
        tracing::error!(%error, "a request failed: the database does not answer");
        let message = "The database does not answer; try again in a moment";
        Self::later(StatusCode::SERVICE_UNAVAILABLE, message, BUSY)
    }

    /// 500 for anything unforeseen.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }
}

impl ApiError {
    /// Whole seconds after which a client may come again: rounded up, and never at once.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Later(_, _, wait) => Some((wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)),
            error => error.is_collision().then_some(BUSY.as_secs()),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) | Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Status(status, _) | Self::Later(status, ..) => *status,
            Self::Internal(_) if self.is_collision() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let body = match self {
            Self::Invalid(issues) => json!({"message": "Validation failed", "errors": issues}),
            // Tried in vain as often as is sensible.
            Self::Internal(_) if self.is_collision() => json!({"message": Self::overloaded().to_string()}),
            Self::Internal(source) => {
                tracing::error!(error = %chain(source.as_ref()), "a request failed");
                json!({"message": "Internal server error"})
            }
            other => json!({"message": other.to_string()}),
        };
        let mut response = super::reply::json(self.status_code(), &body);
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        // An error may come from outside of what finishes all answers.
        response
            .headers_mut()
            .insert(X_CONTENT_TYPE_OPTIONS, super::reply::NOSNIFF);
        response
    }
}

impl From<Issues> for ApiError {
    fn from(issues: Issues) -> Self {
        Self::Invalid(issues)
    }
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Busy => Self::overloaded(),
            error if error.is_refusal() || error.is_lock_wait() => Self::overloaded(),
            error if error.is_away() => Self::away(&error),
            error => Self::internal(error),
        }
    }
}

impl Collision for ApiError {
    fn is_collision(&self) -> bool {
        let Self::Internal(source) = self else { return false };
        let ours = source.downcast_ref::<DbError>().is_some_and(Collision::is_collision);
        let theirs = source.downcast_ref::<diesel::result::Error>();
        ours || theirs.is_some_and(Collision::is_collision)
    }
}

impl From<MediaError> for ApiError {
    fn from(error: MediaError) -> Self {
        let (status, message) = match error.illness() {
            Some(Illness::NoSpace) => (StatusCode::INSUFFICIENT_STORAGE, "No space left on the server"),
            Some(_) => (StatusCode::SERVICE_UNAVAILABLE, "The media store is not available"),
            None => return Self::internal(error),
        };
        tracing::error!(error = %error, "the media store is ill");
        Self::Status(status, message.to_owned())
    }
}

impl From<CredentialError> for ApiError {
    fn from(error: CredentialError) -> Self {
        Self::internal(error)
    }
}

impl From<SettingsError> for ApiError {
    fn from(error: SettingsError) -> Self {
        Self::internal(error)
    }
}

impl From<diesel::result::Error> for ApiError {
    fn from(error: diesel::result::Error) -> Self {
        DbError::from(error).into()
    }
}

impl From<diesel_async::pooled_connection::deadpool::PoolError> for ApiError {
    fn from(error: diesel_async::pooled_connection::deadpool::PoolError) -> Self {
        DbError::from(error).into()
    }
}

impl From<PayloadError> for ApiError {
    fn from(error: PayloadError) -> Self {
        match error {
            PayloadError::Overflow => Self::too_large(),
            other => Self::BadRequest(format!("Request body could not be read: {other}")),
        }
    }
}

/// An error and its causes in one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
