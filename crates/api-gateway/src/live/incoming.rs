//! What a client sends: bytes to frames, frames to packets.

use actix_http::ws::{Codec, Frame, Item, ProtocolError};
use actix_web::{rt::time::timeout, web};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use std::time::Duration;
use tokio_util::codec::Decoder as _;

use super::{
    frame,
    outbox::Outbox,
    packet::{self, Packet},
};

/// The most that stands before the payload of a frame.
const FRAME_HEAD: usize = 14;

/// Why there is no packet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The connection has ended, or the client has closed it.
    Gone,
    /// What came makes no sense.
    Garbage,
    /// The message is larger than the limit.
    TooLarge,
}

/// The reading side of a socket.
pub(super) struct Incoming {
    payload: web::Payload,
    codec: Codec,
    limit: usize,
    unread: BytesMut,
    /// The parts of a message that came in several frames, so far.
    parts: Option<BytesMut>,
}

impl Incoming {
    /// Reads messages of at most `limit` bytes.
    pub(super) fn new(payload: web::Payload, limit: usize) -> Self {
        Self {
            payload,
            codec: Codec::new().max_size(limit),
            limit,
            unread: BytesMut::new(),
            parts: None,
        }
    }

    /// The next packet; pings of the WebSocket layer are answered by the way. Nothing is lost where the future is dropped.
    pub(super) async fn next(&mut self, outbox: &Outbox) -> Result<Packet, Fault> {
        loop {
            while let Some(frame) = self.decode()? {
                if let Some(message) = self.message(frame, outbox)? {
                    let text = str::from_utf8(&message).map_err(|_not_text| Fault::Garbage)?;
                    return packet::parse(text).map_err(|_garbage| Fault::Garbage);
                }
            }
            match self.payload.next().await {
                Some(Ok(bytes)) => self.unread.extend_from_slice(&bytes),
                Some(Err(_)) | None => return Err(Fault::Gone),
            }
        }
    }

    /// Reads on, without looking, until the client has gone or time is up.
    pub(super) async fn drain(&mut self, patience: Duration) {
        let rest = async { while let Some(Ok(_)) = self.payload.next().await {} };
        // Either way nobody waits any longer.
        let _ = timeout(patience, rest).await;
    }

    fn decode(&mut self) -> Result<Option<Frame>, Fault> {
        match self.codec.decode(&mut self.unread) {
            // The codec would wait for the whole of a frame that it is going to refuse.
            Ok(None) if self.unread.len() > self.limit.saturating_add(FRAME_HEAD) => Err(Fault::TooLarge),
            Ok(frame) => Ok(frame),
            Err(ProtocolError::Overflow) => Err(Fault::TooLarge),
            Err(_) => Err(Fault::Garbage),
        }
    }

    /// The message a frame completes, if it does.
    fn message(&mut self, frame: Frame, outbox: &Outbox) -> Result<Option<Bytes>, Fault> {
        match frame {
            Frame::Text(text) => Ok(Some(text)),
            Frame::Continuation(Item::FirstText(part) | Item::Continue(part)) => self.part(&part),
            Frame::Continuation(Item::Last(part)) => {
                self.part(&part)?;
                Ok(self.parts.take().map(BytesMut::freeze))
            }
            // There is nothing binary in what clients say.
            Frame::Binary(_) | Frame::Continuation(Item::FirstBinary(_)) => Err(Fault::Garbage),
            Frame::Ping(payload) => {
                outbox.push(frame::pong(&payload));
                Ok(None)
            }
            Frame::Pong(_) => Ok(None),
            Frame::Close(_) => Err(Fault::Gone),
        }
    }

    fn part(&mut self, part: &[u8]) -> Result<Option<Bytes>, Fault> {
        let parts = self.parts.get_or_insert_default();
        if parts.len().saturating_add(part.len()) > self.limit {
            return Err(Fault::TooLarge);
        }
        parts.extend_from_slice(part);
        Ok(None)
    }
}
