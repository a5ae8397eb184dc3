//! Private Postgres and Redis servers.

mod authority;
mod database;
mod folder;
mod postgres;
mod proxy;
mod redis;
mod redis_program;
mod sentinels;
mod template;

use std::sync::Arc;

use anyhow::Result;
use tokio::sync::OnceCell;

pub use authority::Authority;
pub use database::TestDatabase;
pub use folder::process_folder;
pub(crate) use folder::subfolder;
pub use postgres::Postgres;
pub use proxy::CommitProxy;
pub use redis::Redis;
pub use redis_program::RedisProgram;
pub use sentinels::{MASTER, Sentinels};

/// The Postgres server that the tests of this process share, with its migrated template.
///
/// # Errors
/// When Postgres is not installed or does not start.
pub async fn shared_postgres() -> Result<Arc<Postgres>> {
    static SERVER: OnceCell<Arc<Postgres>> = OnceCell::const_new();
    SERVER.get_or_try_init(Postgres::start).await.cloned()
}

/// The Redis server that the tests of this process share.
///
/// # Errors
/// When Redis is not installed or does not start.
pub async fn shared_redis() -> Result<Arc<Redis>> {
    static SERVER: OnceCell<Arc<Redis>> = OnceCell::const_new();
    SERVER.get_or_try_init(Redis::start).await.cloned()
}
