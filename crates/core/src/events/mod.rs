//! The event stream: small facts that every service appends and every gateway reads, so that open pages follow what
//! happens. Nothing depends on an event for its truth: it lives in Postgres.

mod breaker;
mod bus;
mod error;
mod event;
mod pool;
mod sentinel;
mod stream;
mod tls;

pub use bus::{EVENTS_KEPT, EventBus, EventReader};
pub use error::StreamError;
pub use event::Event;
pub use pool::CommandPool;
pub(crate) use stream::{StreamConnection, entries};
