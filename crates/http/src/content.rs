//! The types of bodies that a route takes.
//!
//! A page of another site can make a browser send a form or a plain text without asking us first; JSON it cannot. So the type
//! is held also where the body would not be read.

use actix_web::{
    HttpMessage, HttpRequest,
    http::{
        Method, StatusCode,
        header::{CONTENT_LENGTH, TRANSFER_ENCODING},
    },
};

use super::error::ApiError;

/// What a body may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// JSON.
    Json,
    /// JSON, or a form with files.
    Files,
    /// Nothing: it is not read.
    Nothing,
}

impl Takes {
    /// Fails for a body of another type. A request without a body has none, whatever it says.
    ///
    /// # Errors
    /// 415.
    pub fn check(self, request: &HttpRequest) -> Result<(), ApiError> {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        let content_type = request.content_type();
        let is_json = content_type.eq_ignore_ascii_case("application/json");
        let expected = match self {
            Self::Json => "application/json",
            Self::Files => "multipart/form-data",
            Self::Nothing => return Ok(()),
        };
        let is_form = self == Self::Files && content_type.eq_ignore_ascii_case("multipart/form-data");
        if reads || is_json || is_form || !has_body(request) {
            return Ok(());
        }
        let message = format!("Content-Type must be {expected}");
        Err(ApiError::Status(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
    }
}

fn has_body(request: &HttpRequest) -> bool {
    let headers = request.headers();
    let length = headers.get(CONTENT_LENGTH);
    headers.contains_key(TRANSFER_ENCODING) || length.is_some_and(|length| length.as_bytes() != b"0")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn types_are_held_where_there_is_a_body() {
        for (takes, content_type, length, passes) in [
            (Takes::Json, "application/json", "2", true),
            (Takes::Json, "Application/JSON; charset=utf-8", "2", true),
            (Takes::Json, "text/plain", "0", true),
            (Takes::Json, "text/plain", "2", false),
            (Takes::Json, "", "2", false),
            (Takes::Json, "application/x-www-form-urlencoded", "2", false),
            (Takes::Json, "multipart/form-data; boundary=x", "2", false),
            (Takes::Json, "text/plain; x=application/json", "2", false),
            (Takes::Files, "multipart/form-data; boundary=x", "2", true),
            (Takes::Files, "application/json", "2", true),
            (Takes::Files, "text/plain", "2", false),
        ] {
            let request = TestRequest::post()
                .insert_header(("content-type", content_type))
                .insert_header(("content-length", length));
            let passed = takes.check(&request.to_http_request()).is_ok();
            assert_eq!(passed, passes, "{takes:?} {content_type} {length}");
        }
        let request = TestRequest::post().insert_header(("content-type", "text/plain"));
        assert!(Takes::Json.check(&request.to_http_request()).is_ok());
    }
}
