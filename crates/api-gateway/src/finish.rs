//! The last hand on every answer, good or bad: headers that all have, the ETag, 304, compression.
//!
//! An answer whose body is at hand gets the strong ETag of the contract, `"<hex length>-<27 characters of base64 SHA-1>"`;
//! a `GET` that names it is answered 304. Streams and answers with an ETag of their own are left alone.

use std::panic::AssertUnwindSafe;

use actix_http::encoding::Encoder;
use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    dev::{ResponseHead, ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, SET_COOKIE,
            VARY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    web,
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use bytes::Bytes;
use futures_util::FutureExt as _;
use sha1::{Digest, Sha1};

use crate::{
    http::{
        encoding,
        error::ApiError,
        reply::{NO_STORE, NOSNIFF},
    },
    live,
    state::AppState,
};

/// Names a request through logs and clients; echoed if the client chose one.
const CORRELATION: HeaderName = HeaderName::from_static("x-correlation-id");
/// Clients of the contract see an Express server.
const POWERED_BY: HeaderName = HeaderName::from_static("x-powered-by");

/// What is needed of a request after its handler has taken it.
struct Asked {
    method: Method,
    if_none_match: Option<HeaderValue>,
    correlation: Option<HeaderValue>,
    headers: actix_web::http::header::HeaderMap,
}

/// The middleware.
///
/// # Errors
/// 500 for a handler that panicked; the gate and the handlers have made answers of all others. (A request that is held
/// twice cannot be routed, so this is no place to do it.)
pub(crate) async fn finish(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if let Some(state) = request.app_data::<web::Data<AppState>>() {
        state.unnamed_proxies.look(request.request());
    }
    let is_socket = is_socket(request.path());
    let asked = Asked {
        method: request.method().clone(),
        if_none_match: request.headers().get(IF_NONE_MATCH).cloned(),
        correlation: correlation(&request),
        headers: request.headers().clone(),
    };
    // A handler that panics is a fault of ours: it is told so, and the connection lives on.
    let response = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    let mut response = response.map_err(|_panic| ApiError::internal("a handler panicked"))??;
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    if is_socket {
        return Ok(response);
    }
    Ok(response.map_body(|head, body| complete(&asked, head, body)))
}

fn complete(asked: &Asked, head: &mut ResponseHead, body: BoxBody) -> BoxBody {
    head.headers_mut()
        .insert(POWERED_BY, HeaderValue::from_static("Express"));
    if head.headers().contains_key(SET_COOKIE) && !head.headers().contains_key(CACHE_CONTROL) {
        head.headers_mut().insert(CACHE_CONTROL, NO_STORE);
    }
    if let Some(id) = asked.correlation.clone() {
        head.headers_mut().insert(CORRELATION, id);
    }
    let body = match body.try_into_bytes() {
        Ok(bytes) => match tag(asked, head, bytes) {
            Some(bytes) => BoxBody::new(bytes),
            None => return BoxBody::new(()),
        },
        Err(body) => body,
    };
    if !encoding::compressible(head.headers()) {
        return body;
    }
    if !head.headers().contains_key(VARY) {
        head.headers_mut()
            .insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    let size = match body.size() {
        BodySize::Sized(size) => Some(size),
        BodySize::None => Some(0),
        BodySize::Stream => None,
    };
    match encoding::choose(&asked.headers, &asked.method, head.status, head.headers(), size) {
        Some(encoding) => {
            head.headers_mut().remove(CONTENT_LENGTH);
            let encoded = BoxBody::new(Encoder::response(encoding, head, body));
            // The encoder announces itself; one line is enough.
            head.headers_mut()
                .insert(VARY, HeaderValue::from_static("Accept-Encoding"));
            encoded
        }
        None => body,
    }
}

/// Adds the ETag; `None` if the client has this very answer already.
fn tag(asked: &Asked, head: &mut ResponseHead, body: Bytes) -> Option<Bytes> {
    if head.headers().contains_key(ETAG) || !head.headers().contains_key(CONTENT_TYPE) {
        return Some(body);
    }
    let etag = etag(&body);
    let known = asked.if_none_match.as_ref().is_some_and(|known| matches(known, &etag));
    if let Ok(value) = HeaderValue::from_str(&etag) {
        head.headers_mut().insert(ETAG, value);
    }
    if known && head.status.is_success() && matches!(asked.method, Method::GET | Method::HEAD) {
        head.status = StatusCode::NOT_MODIFIED;
        head.headers_mut().remove(CONTENT_TYPE);
        return None;
    }
    Some(body)
}

/// `"<hex length>-<27 characters of base64 SHA-1>"`
pub(crate) fn etag(body: &[u8]) -> String {
    format!("\"{:x}-{}\"", body.len(), STANDARD_NO_PAD.encode(Sha1::digest(body)))
}

/// Whether `If-None-Match` names this tag, weakly compared, or is `*`.
pub(crate) fn matches(header: &HeaderValue, etag: &str) -> bool {
    let listed = header.to_str().unwrap_or_default();
    listed
        .split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// What answers there is Engine.IO, and it adds nothing of this.
fn is_socket(path: &str) -> bool {
    path.strip_suffix('/').unwrap_or(path).eq_ignore_ascii_case(live::PATH)
}

/// The id of a request below `/api`: the client's own, else eight characters of `a-z0-9`.
fn correlation(request: &ServiceRequest) -> Option<HeaderValue> {
    let path = request.path().to_ascii_lowercase();
    if !path.starts_with("/api/") && path != "/api" {
        return None;
    }
    let own = request.headers().get(CORRELATION).cloned();
    own.or_else(|| HeaderValue::from_str(&random_id()).ok())
}

fn random_id() -> String {
    const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut random = [0_u8; 8];
    if getrandom::fill(&mut random).is_err() {
        return "00000000".to_owned();
    }
    random
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 36)))
        .map(|c| char::from(*c))
        .collect()
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App, HttpResponse,
        dev::Service as _,
        middleware::from_fn,
        test::{TestRequest, init_service},
        web,
    };

    use super::*;

    #[test]
    fn etags_have_the_form_of_the_contract() {
        // The tag Express gives to the text "Hello World" (SHA-1 0a4d55a8d778e5022fab701977c5d840bbc486d0).
        assert_eq!(etag(b"Hello World"), "\"b-Ck1VqNd45QIvq3AZd8XYQLvEhtA\"");
        assert_eq!(etag(b"").len(), "\"0-2jmj7l5rSw0yVb/vlWAYkK/YBwk\"".len());
    }

    #[actix_web::test]
    async fn a_panic_is_answered() {
        async fn broken() -> HttpResponse {
            panic!("a fault of ours")
        }
        let app = App::new()
            .wrap(from_fn(finish))
            .route("/api/broken", web::get().to(broken));
        let app = init_service(app).await;
        let request = TestRequest::get().uri("/api/broken").to_request();
        let response = app.call(request).await.unwrap_err().error_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers().get(X_CONTENT_TYPE_OPTIONS), Some(&NOSNIFF));
    }

    #[test]
    fn lists_weak_tags_and_stars_match() {
        let tag = "\"1-a\"";
        for header in ["\"1-a\"", "W/\"1-a\"", "\"x\", \"1-a\"", "*"] {
            assert!(matches(&HeaderValue::from_static(header), tag), "{header}");
        }
        assert!(!matches(&HeaderValue::from_static("\"2-a\""), tag));
    }

    #[test]
    fn generated_ids_are_eight_lower_case_characters() {
        let id = random_id();
        assert_eq!(id.len(), 8);
        assert!(id.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
    }
}
