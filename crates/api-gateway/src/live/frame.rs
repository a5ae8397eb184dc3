//! WebSocket frames as a server writes them. They are not masked, so one frame serves every socket it goes to.

use actix_http::ws::{CloseCode, OpCode, Parser};
use bytes::{Bytes, BytesMut};

/// A text.
pub(super) fn text(text: &str) -> Bytes {
    write(OpCode::Text, text.as_bytes())
}

/// The answer to a ping of the WebSocket layer.
pub(super) fn pong(payload: &[u8]) -> Bytes {
    write(OpCode::Pong, payload)
}

/// The end, with its reason.
pub(super) fn close(code: CloseCode) -> Bytes {
    let mut frame = BytesMut::new();
    Parser::write_close(&mut frame, Some(code.into()), false);
    frame.freeze()
}

fn write(kind: OpCode, payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(payload.len().saturating_add(16));
    Parser::write_message(&mut frame, payload, kind, true, false);
    frame.freeze()
}
