//! Answers that went well.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header::ContentType},
};
use serde::Serialize;

/// What a handler gives.
pub(crate) type Reply = Result<HttpResponse, super::error::ApiError>;

/// JSON with a status.
pub(crate) fn json<T: Serialize + ?Sized>(status: StatusCode, value: &T) -> HttpResponse {
    match serde_json::to_vec(value) {
        Ok(body) => HttpResponse::build(status)
            .content_type("application/json; charset=utf-8")
            .body(body),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            HttpResponse::InternalServerError()
                .content_type(ContentType::json())
                .body(r#"{"message":"Internal server error"}"#)
        }
    }
}

/// 200 with JSON.
pub(crate) fn ok<T: Serialize + ?Sized>(value: &T) -> HttpResponse {
    json(StatusCode::OK, value)
}

/// 201 with JSON.
pub(crate) fn created<T: Serialize + ?Sized>(value: &T) -> HttpResponse {
    json(StatusCode::CREATED, value)
}

/// 204 without a body.
pub(crate) fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// A moment as most of the API writes it: UTC, three digits, `Z`.
pub(crate) fn iso(moment: chrono::DateTime<chrono::Utc>) -> String {
    moment.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
