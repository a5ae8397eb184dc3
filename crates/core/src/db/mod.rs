//! Postgres: connections, TLS, the schema, and the rows that more than one service writes.

mod again;
mod connect;
pub mod decoded;
mod error;
mod lock;
mod marked;
mod prepared;
mod ready;
pub mod schema;
pub mod sidecar;
mod sqlstate;
mod tls;
pub mod usage;

pub(crate) use again::jitter;
pub use again::{Collision, again};
pub use connect::{Planning, close_idle, connect, pool};
pub use error::{DbError, constraint_of};
pub use lock::{RowLock, leave_albums, lock_albums, lock_albums_of, lock_assets, lock_assets_with_parts};
pub use prepared::{Prepared, prepared};
pub use ready::{Readiness, SCHEMA_VERSION, readiness, wait_for_schema};
pub use sqlstate::sqlstate;

use diesel_async::AsyncPgConnection;

/// The pool of connections that a service's ordinary work shares.
pub type Pool = diesel_async::pooled_connection::deadpool::Pool<AsyncPgConnection>;
/// A connection of the pool.
pub type PooledConnection = diesel_async::pooled_connection::deadpool::Object<AsyncPgConnection>;
