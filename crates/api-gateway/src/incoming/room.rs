use actix_web::{
    HttpRequest,
    http::{StatusCode, header::CONTENT_LENGTH},
};

use crate::{http::error::ApiError, state::AppState};

/// Refuses a body for which there is no room, before it is read.
///
/// # Errors
/// 507.
pub(crate) async fn require_room(request: &HttpRequest, state: &AppState) -> Result<(), ApiError> {
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok())
        .unwrap_or(0);
    let available = state.media.space().await?.available;
    let min_free = state.config.media.min_free;
    if available < min_free || available < announced {
        tracing::warn!(
            media.available_bytes = available,
            media.min_free_bytes = min_free,
            "an upload was refused"
        );
        let message = "Not enough free space on the server".to_owned();
        return Err(ApiError::Status(StatusCode::INSUFFICIENT_STORAGE, message));
    }
    Ok(())
}
