use deadpool_redis::PoolError;
use deadpool_redis::redis::{ErrorKind, RedisError, ServerErrorKind};

/// A command to Redis failed.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// No connection could be had.
    #[error("no Redis connection: {0}")]
    Pool(#[from] PoolError),
    /// Redis answered with an error.
    #[error("Redis: {0}")]
    Command(#[from] RedisError),
    /// The library for long-lived connections failed.
    #[error("Redis: {0}")]
    Client(#[from] fred::error::Error),
    /// No answer in time.
    #[error("Redis did not answer in time")]
    Deadline,
    /// It has not answered lately, and nothing is sent to it for a moment.
    #[error("Redis has not answered lately and is left alone for a moment")]
    Resting,
    /// The configuration cannot be used.
    #[error("Redis configuration: {0}")]
    Config(String),
}

impl StreamError {
    /// True where other connections that were made before may be no better: nothing answers on this one, or its server is
    /// the master no more.
    pub(super) fn is_of_the_connection(&self) -> bool {
        match self {
            Self::Pool(_) | Self::Deadline => true,
            Self::Command(error) => {
                error.is_io_error()
                    || error.is_timeout()
                    || error.is_unrecoverable_error()
                    || error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
            }
            Self::Client(_) | Self::Resting | Self::Config(_) => false,
        }
    }
}
