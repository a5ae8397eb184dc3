//! Configuration from the environment: native names and those of an Immich `.env`, each of which may also be given as
//! `NAME_FILE`, a path whose content is the value.

mod database;
mod env;
mod log;
mod media;
mod redis;
mod secret;
mod service;

pub use database::{DatabaseConfig, SslMode};
pub use env::{ConfigError, Env};
pub use log::{LogConfig, LogFormat};
pub use media::MediaConfig;
pub use redis::{RedisConfig, RedisHost, RedisLogin, RedisProtocol, RedisTarget};
pub use secret::Secret;
pub use service::ServiceConfig;
