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

/// What a message says that comes from a server, or a connection, on its way out or in.
const SIGNS_OF_ABSENCE: &[&str] = &[
    "terminating connection",
    "shutting down",
    "starting up",
    "recovery",
    "connection closed",
    "communicating",
];

impl DbError {
    /// True where the database was not there to answer, rather than that it took the statement and said no.
    pub fn is_away(&self) -> bool {
        match self {
            Self::Query(
                Error::BrokenTransactionManager
                | Error::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _),
            )
            | Self::Pool(_)
            | Self::Connect(_) => true,
            // A server that is shutting down or starting up says so as an error of the unknown kind.
            Self::Query(Error::DatabaseError(DatabaseErrorKind::Unknown, info)) => {
                let text = info.message();
                SIGNS_OF_ABSENCE.iter().any(|sign| text.contains(sign))
            }
            _ => false,
        }
    }

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
