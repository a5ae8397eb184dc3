//! Open pages follow what happens: Socket.IO over WebSocket at [`PATH`], and the events of all services.
//!
//! A socket is a [`conversation`]: it begins with the [`handshake`], speaks [`packet`]s inside of [`frame`]s, and is
//! written to through its [`outbox`], the one queue it has. All that are open here stand in [`Sockets`]. One task per
//! gateway, [`dispatch`], reads the stream of events and says to whom each goes; [`keeper`] looks after what a lost event
//! would leave open: sessions that are over, settings that changed.

mod conversation;
mod dispatch;
mod frame;
mod handshake;
mod heart;
mod incoming;
mod keeper;
mod limits;
mod line;
mod metrics;
mod outbox;
mod packet;
mod refusal;
mod sockets;

use actix_web::http::Method;
use anyhow::Context as _;
use safelight_core::{events::EventReader, service::Service};
use std::sync::Arc;
use tokio::task::JoinHandle;

pub(crate) use limits::SocketLimits;
pub(crate) use line::remember;
pub(crate) use metrics::SocketMetrics;
pub(crate) use sockets::Sockets;

use crate::routes::Api;

/// Below which path clients open sockets.
pub(crate) const PATH: &str = "/api/socket.io";

/// Registers the path, for every method: Engine.IO has answers of its own to the wrong ones.
pub(crate) fn routes(api: &mut Api<'_>) {
    for method in [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ] {
        api.outside(&method, PATH, handshake::open);
    }
}

/// The tasks behind the sockets of this process; they end with the value.
pub(crate) struct Live {
    tasks: [JoinHandle<()>; 2],
}

impl Live {
    /// Starts to follow the events.
    ///
    /// # Errors
    /// The configuration of Redis cannot be used.
    pub(crate) fn start(service: &Service, sockets: &Arc<Sockets>) -> anyhow::Result<Self> {
        let reader = EventReader::open(&service.config.redis).context("events cannot be read")?;
        let (pool, settings) = (service.pool.clone(), service.settings.clone());
        Ok(Self {
            tasks: [
                tokio::spawn(dispatch::run(reader, sockets.clone(), pool.clone(), settings.clone())),
                tokio::spawn(keeper::run(sockets.clone(), pool, settings)),
            ],
        })
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}
