use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::error::PayloadError;
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::time::timeout;

use crate::{http::error::ApiError, state::AppState};

/// Why a form is refused, and whether reading on would do the client a favour.
pub(crate) struct Refusal {
    pub(crate) error: ApiError,
    pub(crate) may_drain: bool,
}

impl Refusal {
    /// The client stopped sending.
    fn stalled() -> Self {
        Self {
            error: ApiError::stalled(),
            may_drain: false,
        }
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self { error, may_drain: true }
    }
}

impl From<MultipartError> for Refusal {
    fn from(error: MultipartError) -> Self {
        tracing::debug!(error = %error, "a form ended early");
        let message = match error {
            MultipartError::BoundaryMissing => "Multipart: Boundary not found",
            MultipartError::Payload(PayloadError::Overflow) => "Malformed part header",
            _ => "Multipart: Unexpected end of form",
        };
        Self {
            error: ApiError::bad(message),
            may_drain: false,
        }
    }
}

/// The next part of a form, unless the client stops sending.
pub(crate) async fn next_part(multipart: &mut Multipart, state: &AppState) -> Result<Option<Field>, Refusal> {
    match timeout(state.http.stall, multipart.next()).await {
        Ok(Some(field)) => Ok(Some(field?)),
        Ok(None) => Ok(None),
        Err(_) => Err(Refusal::stalled()),
    }
}

/// The next piece of a part, unless the client stops sending.
pub(crate) async fn next_piece(field: &mut Field, state: &AppState) -> Result<Option<Bytes>, Refusal> {
    match timeout(state.http.stall, field.next()).await {
        Ok(Some(piece)) => Ok(Some(piece?)),
        Ok(None) => Ok(None),
        Err(_) => Err(Refusal::stalled()),
    }
}
