//! The life of one socket, from the upgrade to its end.

use std::{sync::Arc, time::Duration};

use actix_http::ws::CloseCode;
use serde_json::json;
use tokio::time::{Instant, sleep_until};

use super::{
    frame,
    heart::{Beat, Heart},
    incoming::{Fault, Incoming},
    line::Line,
    outbox::{Order, Outbox},
    packet::{self, Packet},
    sockets::{Seat, Sockets, Ticket},
};
use crate::{access::Auth, http::error::ApiError, version};

/// How long a client may take to read the last words.
const CLOSING: Duration = Duration::from_secs(2);

/// How long a client without good credentials may take to listen to that.
const STRANGER: Duration = Duration::from_secs(5);

/// One socket.
pub(super) struct Conversation {
    pub(super) incoming: Incoming,
    pub(super) outbox: Arc<Outbox>,
    pub(super) sockets: Arc<Sockets>,
    pub(super) line: Line,
    /// Nobody where the handshake had no good credentials: that is told after CONNECT.
    pub(super) caller: Option<Auth>,
    pub(super) seat: Seat,
}

/// How a conversation ends.
enum End {
    /// The other side does not listen.
    Cut,
    /// With these last words.
    Close(Vec<bytes::Bytes>),
}

impl End {
    fn code(code: CloseCode) -> Self {
        Self::Close(vec![frame::close(code)])
    }

    fn disconnect() -> Self {
        Self::Close(vec![packet::disconnect(), frame::close(CloseCode::Normal)])
    }
}

impl Conversation {
    /// Runs to the end.
    pub(super) async fn run(mut self) {
        if let End::Close(last) = self.talk().await {
            self.outbox.finish(last);
            self.incoming.drain(CLOSING).await;
        }
        self.outbox.discard();
        self.line.cut();
        drop(self.seat);
    }

    async fn talk(&mut self) -> End {
        let limits = self.sockets.limits.clone();
        let sid = match random_id() {
            Ok(sid) => sid,
            Err(_logged) => return End::Cut,
        };
        self.outbox.push(packet::open(&sid, &limits));
        let patience = if self.caller.is_some() {
            limits.handshake
        } else {
            limits.handshake.min(STRANGER)
        };
        let connect_by = Instant::now() + patience;
        let mut heart = Heart::new(&limits);
        let mut closing = self.sockets.closing.subscribe();
        let mut ticket = None;
        loop {
            let packet = tokio::select! {
                _ = closing.wait_for(|closing| *closing) => return End::code(CloseCode::Away),
                order = self.outbox.ordered() => return self.obey(order, ticket).await,
                beat = heart.beat() => match beat {
                    Beat::Ping => { self.outbox.push(packet::ping()); continue }
                    Beat::Dead => return End::Cut,
                },
                () = sleep_until(connect_by), if ticket.is_none() => return End::code(CloseCode::Policy),
                packet = self.incoming.next(&self.outbox) => packet,
            };
            match packet {
                Ok(Packet::Connect) if ticket.is_none() => match self.connect() {
                    Ok(joined) => ticket = Some(joined),
                    Err(end) => return end,
                },
                Ok(Packet::ConnectElsewhere(name)) => drop(self.outbox.push(packet::no_namespace(&name))),
                Ok(Packet::Pong) => heart.answered(),
                Ok(Packet::Leave) => return End::code(CloseCode::Normal),
                Ok(Packet::Connect | Packet::Nothing) => {}
                Err(Fault::Gone) => return End::Cut,
                Err(Fault::Garbage) => return End::code(CloseCode::Protocol),
                Err(Fault::TooLarge) => return End::code(CloseCode::Size),
            }
        }
    }

    /// The client has entered: it is told so, and then that it is welcome or not.
    fn connect(&mut self) -> Result<Ticket, End> {
        let sid = random_id().map_err(|_logged| End::Cut)?;
        self.outbox.push(packet::connected(&sid));
        let Some(auth) = self.caller.take() else {
            self.outbox.push(packet::event("error", vec!["unauthorized".into()]));
            return Err(End::disconnect());
        };
        let (major, minor, patch) = version::API_VERSION;
        let version = json!({"major": major, "minor": minor, "patch": patch, "prerelease": null});
        self.outbox.push(packet::event("on_server_version", vec![version]));
        self.sockets.metrics.sent.inc();
        let ticket = self.sockets.join(&auth, self.outbox.clone());
        // The credentials were good at the handshake; they may have ended since.
        self.sockets.recheck();
        Ok(ticket)
    }

    async fn obey(&mut self, order: Order, ticket: Option<Ticket>) -> End {
        drop(ticket);
        match order {
            Order::Cut => End::Cut,
            Order::Expel(farewell) => {
                self.incoming.drain(farewell).await;
                End::disconnect()
            }
        }
    }
}

/// A name nobody can guess, as sockets and sessions have one.
fn random_id() -> Result<String, ApiError> {
    let secret = crate::access::token::generate();
    Ok(secret.inspect_err(|error| tracing::error!(%error, "a socket gets no name"))?)
}
