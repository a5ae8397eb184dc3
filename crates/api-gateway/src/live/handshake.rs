//! From a request to a socket.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    body::BoxBody,
    http::{
        Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_REQUEST_HEADERS, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, VARY,
        },
    },
    rt,
    web::{self, Data},
};

use super::{
    conversation::Conversation,
    incoming::Incoming,
    line::{self, Line},
    outbox::{Outbox, Outflow},
    refusal,
};
use crate::{
    access,
    http::{error::ApiError, reply::Reply},
    state::AppState,
};

/// Every method of the path.
pub(super) async fn open(request: HttpRequest, payload: web::Payload, state: Data<AppState>) -> Reply {
    if request.method() == Method::OPTIONS {
        return Ok(preflight(&request));
    }
    if let Err(refusal) = refusal::check(&request) {
        return Ok(refusal.answer(&request));
    }
    let line = Line::of(&request).map_err(ApiError::internal)?;
    let sockets = Arc::clone(&state.sockets);
    if *sockets.closing.borrow() {
        return Err(full());
    }
    // Where credentials cannot be looked at, the client has to come again.
    let (caller, seat) = match access::by_headers(&state, &request).await {
        Ok(auth) => (Some(auth), sockets.seat().ok_or_else(full)?),
        // Bad ones take no place of those who have good ones. They are told so on the socket, as the contract says, as
        // long as not too many are.
        Err(ApiError::Unauthorized(reason)) => match sockets.seat_at_the_door() {
            Some(seat) => (None, seat),
            None => return Err(ApiError::Unauthorized(reason)),
        },
        Err(error) => return Err(error),
    };
    let outbox = Outbox::new(sockets.limits.queue_messages, sockets.limits.queue_bytes);
    let answer = accept(&request, outbox.clone())?;
    let conversation = Conversation {
        incoming: Incoming::new(payload, sockets.limits.frame),
        outbox,
        sockets,
        line,
        caller,
        seat,
    };
    rt::spawn(conversation.run());
    Ok(answer)
}

fn full() -> ApiError {
    let message = "No more sockets are taken here".to_owned();
    ApiError::Status(StatusCode::SERVICE_UNAVAILABLE, message)
}

fn accept(request: &HttpRequest, outbox: Arc<Outbox>) -> Result<HttpResponse, ApiError> {
    let key = request.headers().get(SEC_WEBSOCKET_KEY);
    let key = key.ok_or_else(|| ApiError::bad("Bad request"))?;
    let accepted = actix_http::ws::hash_key(key.as_bytes());
    let accepted = HeaderValue::from_bytes(&accepted).map_err(ApiError::internal)?;
    line::upgraded(request);
    Ok(HttpResponse::SwitchingProtocols()
        .upgrade("websocket")
        .insert_header((SEC_WEBSOCKET_ACCEPT, accepted))
        .message_body(Outflow(outbox))
        .map_err(|error| ApiError::internal(error.to_string()))?
        .map_body(|_, body| BoxBody::new(body)))
}

/// The question of a browser whether a page of another site may connect: it may, by its own credentials.
fn preflight(request: &HttpRequest) -> HttpResponse {
    let mut answer = HttpResponse::NoContent();
    answer
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET,HEAD,PUT,PATCH,POST,DELETE"))
        .insert_header((VARY, "Access-Control-Request-Headers"));
    if let Some(asked) = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS) {
        answer.insert_header((ACCESS_CONTROL_ALLOW_HEADERS, asked.clone()));
    }
    answer.finish()
}
