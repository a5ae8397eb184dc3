//! What is counted about sockets.

use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge},
    registry::Registry,
};

/// Counters of the sockets of this process.
#[derive(Clone, Default)]
pub(crate) struct SocketMetrics {
    /// Open now, from the upgrade to the end of the connection.
    pub(super) open: Gauge,
    /// Messages queued for clients.
    pub(super) sent: Counter,
    /// Sockets closed because their clients read too slowly.
    pub(super) slow: Counter,
    /// Sockets refused because too many are open.
    pub(super) refused: Counter,
    /// Events read from the stream.
    pub(super) events: Counter,
}

impl SocketMetrics {
    /// Puts them into the registry of the process.
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register("safelight_sockets_open", "Sockets that are open now", self.open.clone());
        registry.register(
            "safelight_socket_messages_sent",
            "Messages queued for clients",
            self.sent.clone(),
        );
        registry.register(
            "safelight_sockets_dropped_slow",
            "Sockets closed because their clients read too slowly",
            self.slow.clone(),
        );
        registry.register(
            "safelight_sockets_refused",
            "Sockets refused because too many are open",
            self.refused.clone(),
        );
        registry.register(
            "safelight_events_read",
            "Events read from the stream",
            self.events.clone(),
        );
    }
}
