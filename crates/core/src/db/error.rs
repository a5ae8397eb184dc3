use diesel::result::{DatabaseErrorKind, Error};

use super::refused;
use super::sqlstate::{is_absence, is_collision, is_lock_wait, sqlstate};

/// What can go wrong between us and Postgres.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A statement failed.
    #[error(transparent)]
    Query(#[from] Error),
    /// No connection could be had from the pool.
    #[error("no database connection: {0}")]
    Pool(#[from] diesel_async::pooled_connection::deadpool::PoolError),
    /// The server cannot be reached or refuses us.
    #[error("cannot connect to the database: {0}")]
    Connect(#[from] diesel::ConnectionError),
    /// TLS cannot be set up.
    #[error("cannot set up TLS to the database: {0}")]
    Tls(String),
    /// Every connection that the caller may have was taken for as long as one may wait.
    #[error("all database connections are in use")]
    Busy,
    /// No connection came to be usable in time: the server is silent.
    #[error("the database does not answer")]
    Silent,
    /// What was read has changed before it was locked: tried again, it is read anew.
    #[error("the rows have changed meanwhile")]
    Overtaken,
    /// An error that several have met together.
    #[error(transparent)]
    Shared(std::sync::Arc<DbError>),
    /// A stored value is not one this binary knows.
    #[error("the database holds {0}")]
    Unknown(String),
}

impl DbError {
    /// True where the database was not there to answer, rather than that it took the statement and said no.
    pub fn is_away(&self) -> bool {
        match self {
            Self::Query(
                Error::BrokenTransactionManager
                | Error::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _),
            )
            | Self::Pool(_)
            | Self::Busy
            | Self::Silent
            | Self::Connect(_) => true,
            Self::Shared(error) => error.is_away(),
            Self::Query(error) => sqlstate(error).is_some_and(is_absence),
            _ => false,
        }
    }

    /// True where the server has no connection left for us (SQLSTATE 53300).
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Connect(error) => refused::is_refusal(error),
            Self::Shared(error) => error.is_refusal(),
            _ => false,
        }
    }

    /// True where a row was locked by others for as long as a statement waits (SQLSTATE 55P03).
    pub fn is_lock_wait(&self) -> bool {
        match self {
            Self::Query(error) => sqlstate(error).is_some_and(is_lock_wait),
            Self::Shared(error) => error.is_lock_wait(),
            _ => false,
        }
    }

    /// True where two transactions met and one of them may simply be tried again.
    pub fn is_collision(&self) -> bool {
        match self {
            Self::Query(error) => collided(error),
            Self::Overtaken => true,
            Self::Shared(error) => error.is_collision(),
            _ => false,
        }
    }
}

/// True where a statement was ended in favour of another transaction.
pub(super) fn collided(error: &Error) -> bool {
    sqlstate(error).is_some_and(is_collision)
}

/// The constraint that a statement violated, where it violated one.
pub fn constraint_of(error: &Error) -> Option<&str> {
    match error {
        Error::DatabaseError(_, info) => info.constraint_name(),
        _ => None,
    }
}
