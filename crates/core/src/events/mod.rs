//! The event stream: small facts that every service appends and every gateway reads, so that open pages follow what
//! happens. Nothing depends on an event for its truth: it lives in Postgres.

mod bus;
mod event;
mod redis;

pub use bus::{EVENTS_KEPT, EventBus, EventReader};
pub use event::Event;
pub(crate) use redis::entries;
pub use redis::{CommandPool, StreamError, stream_client};
