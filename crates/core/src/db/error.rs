use diesel::result::{DatabaseErrorKind, Error};

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
    /// A stored value is not one this binary knows.
    #[error("the database holds {0}")]
    Unknown(String),
}

impl DbError {
    /// True where two transactions met and one of them may simply be tried again.
    pub fn is_collision(&self) -> bool {
        match self {
            Self::Query(Error::DatabaseError(kind, info)) => {
                matches!(
                    kind,
                    DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::SerializationFailure
                ) || info.message().contains("deadlock detected")
            }
            _ => false,
        }
    }
}

/// The constraint that a statement violated, where it violated one.
pub fn constraint_of(error: &Error) -> Option<&str> {
    match error {
        Error::DatabaseError(_, info) => info.constraint_name(),
        _ => None,
    }
}
