//! Bodies: JSON, or a form in its urlencoded spelling, read within limits and validated.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{CONTENT_LENGTH, TRANSFER_ENCODING},
    web,
};
use bytes::BytesMut;
use futures_util::StreamExt;
use serde_json::Value;
use tokio::time::timeout;

use super::{
    error::ApiError,
    json_text, query,
    validate::{self, Shape},
};
use crate::state::AppState;

/// A valid body.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: Shape> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let value = read(&request, payload).await?;
            Ok(Self(validate::read(value.as_ref())?))
        })
    }
}

/// The body as JSON; `None` when there is none, or one of a type that no route reads.
///
/// # Errors
/// Too large, too slow, or not JSON.
pub(crate) async fn read(request: &HttpRequest, payload: Payload) -> Result<Option<Value>, ApiError> {
    let headers = request.headers();
    if !headers.contains_key(CONTENT_LENGTH) && !headers.contains_key(TRANSFER_ENCODING) {
        return Ok(None);
    }
    match request.content_type() {
        "application/json" => json_text::parse(&collect(request, payload).await?),
        "application/x-www-form-urlencoded" => {
            let bytes = collect(request, payload).await?;
            Ok(Some(query::to_value(&String::from_utf8_lossy(&bytes))))
        }
        _ => Ok(None),
    }
}

/// All bytes of a body, within the limits of size and time.
async fn collect(request: &HttpRequest, mut payload: Payload) -> Result<BytesMut, ApiError> {
    let state = request.app_data::<web::Data<AppState>>();
    let limits = state.map(|state| state.http.clone()).unwrap_or_default();
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limits.body) {
        return Err(ApiError::too_large());
    }
    let read = async {
        let mut bytes = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            bytes.extend_from_slice(&chunk?);
            if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits.body {
                return Err(ApiError::too_large());
            }
        }
        Ok(bytes)
    };
    timeout(limits.whole_body, read)
        .await
        .unwrap_or_else(|_elapsed| Err(ApiError::stalled()))
}
