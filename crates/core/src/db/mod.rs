//! Postgres: connections, TLS, the schema, and the rows that more than one service writes.

mod connect;
mod error;
mod prepared;
mod ready;
pub mod schema;
pub mod sidecar;
mod tls;
pub mod usage;

pub use connect::{Planning, close_idle, connect, pool};
pub use error::{DbError, constraint_of};
pub use prepared::{Prepared, prepared};
pub use ready::{Readiness, SCHEMA_VERSION, readiness, wait_for_schema};

use diesel_async::AsyncPgConnection;

/// The pool of connections that a service's ordinary work shares.
pub type Pool = diesel_async::pooled_connection::deadpool::Pool<AsyncPgConnection>;
/// A connection of the pool.
pub type PooledConnection = diesel_async::pooled_connection::deadpool::Object<AsyncPgConnection>;
