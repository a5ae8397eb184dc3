//! Why no socket is opened, as Engine.IO says it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONNECTION, CONTENT_TYPE, UPGRADE},
    },
};
use serde_json::json;

use crate::http::query;

/// The numbers and words of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Anything but WebSocket.
    UnknownTransport,
    /// Sessions are not taken up again.
    UnknownSession,
    /// A socket is opened by `GET`.
    BadMethod,
    /// The upgrade itself is malformed or absent.
    BadRequest,
    /// Another version than 4.
    UnsupportedVersion,
}

impl Refusal {
    fn code(self) -> u8 {
        match self {
            Self::UnknownTransport => 0,
            Self::UnknownSession => 1,
            Self::BadMethod => 2,
            Self::BadRequest => 3,
            Self::UnsupportedVersion => 5,
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::UnknownTransport => "Transport unknown",
            Self::UnknownSession => "Session ID unknown",
            Self::BadMethod => "Bad handshake method",
            Self::BadRequest => "Bad request",
            Self::UnsupportedVersion => "Unsupported protocol version",
        }
    }

    /// The answer: JSON for a plain request, a line of text for one that wanted to upgrade.
    pub(super) fn answer(self, request: &HttpRequest) -> HttpResponse {
        if wants_upgrade(request) {
            let mut answer = HttpResponse::BadRequest();
            answer.insert_header((CONNECTION, "close"));
            answer.insert_header((CONTENT_TYPE, "text/html"));
            return answer.body(self.message());
        }
        let body = json!({"code": self.code(), "message": self.message()});
        HttpResponse::build(StatusCode::BAD_REQUEST)
            .insert_header((CONTENT_TYPE, "application/json"))
            .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
            .body(body.to_string())
    }
}

fn wants_upgrade(request: &HttpRequest) -> bool {
    request.head().upgrade() && request.headers().contains_key(UPGRADE)
}

/// Looks at a request in the order in which Engine.IO does.
///
/// # Errors
/// The first thing that is wrong with it.
pub(super) fn check(request: &HttpRequest) -> Result<(), Refusal> {
    let parameter = |name: &str| query::first(request.query_string(), name);
    if parameter("transport").as_deref() != Some("websocket") {
        return Err(Refusal::UnknownTransport);
    }
    if parameter("sid").is_some() {
        return Err(Refusal::UnknownSession);
    }
    if request.method() != Method::GET {
        return Err(Refusal::BadMethod);
    }
    if !wants_upgrade(request) {
        return Err(Refusal::BadRequest);
    }
    if parameter("EIO").as_deref() != Some("4") {
        return Err(Refusal::UnsupportedVersion);
    }
    actix_http::ws::verify_handshake(request.head()).map_err(|_malformed| Refusal::BadRequest)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn upgrade(uri: &str) -> TestRequest {
        TestRequest::get()
            .uri(uri)
            .insert_header((CONNECTION, "Upgrade"))
            .insert_header((UPGRADE, "websocket"))
            .insert_header(("sec-websocket-version", "13"))
            .insert_header(("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="))
    }

    #[test]
    fn each_fault_has_its_refusal() {
        let check = |request: TestRequest| check(&request.to_http_request());
        let good = "/?EIO=4&transport=websocket";
        assert_eq!(check(upgrade(good)), Ok(()));
        assert_eq!(
            check(upgrade("/?EIO=4&transport=polling")),
            Err(Refusal::UnknownTransport)
        );
        assert_eq!(check(upgrade("/")), Err(Refusal::UnknownTransport));
        assert_eq!(
            check(upgrade("/?EIO=4&transport=websocket&sid=x")),
            Err(Refusal::UnknownSession)
        );
        assert_eq!(check(TestRequest::post().uri(good)), Err(Refusal::BadMethod));
        assert_eq!(check(TestRequest::get().uri(good)), Err(Refusal::BadRequest));
        assert_eq!(
            check(upgrade("/?EIO=3&transport=websocket")),
            Err(Refusal::UnsupportedVersion)
        );
        assert_eq!(
            check(upgrade(good).insert_header(("sec-websocket-key", "short"))),
            Err(Refusal::BadRequest)
        );
    }
}
