//! Postgres: connections, TLS, the schema, and the rows that more than one service writes.

mod again;
mod connect;
pub mod decoded;
mod error;
pub mod feed;
mod lock;
mod marked;
mod places;
mod pool;
mod prepared;
mod ready;
mod refused;
mod room;
pub mod schema;
pub mod sidecar;
mod sqlstate;
mod tls;
pub mod usage;

pub(crate) use again::jitter;
pub use again::{Collision, again};
pub use connect::{Planning, connect};
pub use error::{DbError, constraint_of};
pub use lock::{RowLock, leave_albums, lock_albums, lock_albums_of, lock_assets, lock_assets_with_parts};
pub use pool::{Pool, PooledConnection, close_idle, pool};
pub use prepared::{Prepared, prepared};
pub use ready::{Readiness, SCHEMA_VERSION, readiness, wait_for_schema};
pub(crate) use refused::wait as wait_after_refusal;
pub use room::Room;
pub use sqlstate::sqlstate;
