//! Answers that went well.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, ContentType, HeaderValue},
    },
};
use serde::Serialize;

/// What a handler gives.
pub type Reply = Result<HttpResponse, super::error::ApiError>;

/// JSON with a status.
pub fn json<T: Serialize + ?Sized>(status: StatusCode, value: &T) -> HttpResponse {
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

/// An answer is what its type says, whatever it looks like.
pub const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// Nobody on the way may keep an answer, nor the browser.
pub const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// 201 with JSON that holds a secret.
pub fn created_secret<T: Serialize + ?Sized>(value: &T) -> HttpResponse {
    let mut response = created(value);
    response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
    response
}

/// 200 with JSON that Postgres has written.
pub fn written(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .body(body)
}

/// 200 with JSON.
pub fn ok<T: Serialize + ?Sized>(value: &T) -> HttpResponse {
    json(StatusCode::OK, value)
}

/// 201 with JSON.
pub fn created<T: Serialize + ?Sized>(value: &T) -> HttpResponse {
    json(StatusCode::CREATED, value)
}

/// 204 without a body.
pub fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// A moment as most of the API writes it: UTC, three digits, `Z`.
pub fn iso(moment: chrono::DateTime<chrono::Utc>) -> String {
    moment.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// A wall clock as the API writes it: as if it were UTC.
pub fn iso_local(clock: chrono::NaiveDateTime) -> String {
    iso(clock.and_utc())
}

/// A moment as Postgres writes it into JSON, which some fields of the contract show: `+00:00`, microseconds without
/// their last zeros.
pub fn postgres_json(moment: chrono::DateTime<chrono::Utc>) -> String {
    let text = moment.format("%Y-%m-%dT%H:%M:%S%.6f").to_string();
    let trimmed = text.trim_end_matches('0').trim_end_matches('.');
    format!("{trimmed}+00:00")
}

/// A number as JavaScript writes it: 11 and not 11.0.
pub fn javascript_number(number: f64) -> serde_json::Value {
    let whole = Some(number).filter(|number| number.fract() == 0.0 && number.abs() < 1e15);
    match whole.map(|number| format!("{number:.0}").parse::<i64>()) {
        Some(Ok(whole)) => whole.into(),
        _ => number.into(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn moments_of_both_kinds() {
        let moment = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        assert_eq!(iso(moment("2024-02-10T08:30:00.123+02:00")), "2024-02-10T06:30:00.123Z");
        assert_eq!(
            postgres_json(moment("2016-09-22T21:10:29.06Z")),
            "2016-09-22T21:10:29.06+00:00"
        );
        assert_eq!(
            postgres_json(moment("2012-08-05T11:39:50Z")),
            "2012-08-05T11:39:50+00:00"
        );
        assert_eq!(
            postgres_json(moment("2026-01-01T00:00:00.123456Z")),
            "2026-01-01T00:00:00.123456+00:00"
        );
    }

    #[test]
    fn numbers_without_a_needless_point() {
        assert_eq!(javascript_number(11.0).to_string(), "11");
        assert_eq!(javascript_number(-0.5).to_string(), "-0.5");
        assert_eq!(javascript_number(7.1).to_string(), "7.1");
    }
}
