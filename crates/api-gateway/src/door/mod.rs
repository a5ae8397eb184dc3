//! The door to the database: every connection that a request uses comes through here.
//!
//! A person never holds more than a share of the pool, and whoever gets no connection in a short time is told to come again
//! instead of waiting: so nobody can take the service down for the others. Nothing slow is waited for with a connection in
//! hand; in builds with debug assertions a handler that does it panics.

mod caller;
mod shares;

use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use diesel_async::AsyncPgConnection;
use safelight_core::{
    config::{ConfigError, Env},
    db::{DbError, Pool, PooledConnection},
};
use tokio::time::{Instant, timeout_at};

use caller::Held;
pub(crate) use caller::{Caller, admitted, outside, scope, spawn};
use shares::{Seat, Shares};

/// At most one line of the log in this time says that somebody was sent away.
const SILENCE: Duration = Duration::from_secs(10);
/// How long a server that says nothing is waited for, beyond the time in which a connection has to be free.
const PATIENCE: Duration = Duration::from_secs(3);

/// How the pool is shared out. Every value is a variable, listed in `docs/configuration.md`.
#[derive(Clone, Debug)]
pub(crate) struct DoorLimits {
    /// `SAFELIGHT_DB_POOL_SHARE`: how much of the pool one person may hold, in percent (40).
    pub(crate) share: u8,
    /// `SAFELIGHT_DB_POOL_WAIT`: how long a request waits for a connection before it is answered 503 (2 s).
    pub(crate) wait: Duration,
}

impl DoorLimits {
    /// The limits the environment asks for.
    ///
    /// # Errors
    /// A variable that cannot be read, or a share that is none.
    pub(crate) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let share = env.parse("SAFELIGHT_DB_POOL_SHARE")?.unwrap_or(40);
        if !(1..=100).contains(&share) {
            return Err(ConfigError::invalid(
                "SAFELIGHT_DB_POOL_SHARE",
                "is not a percentage of 1 to 100",
            ));
        }
        Ok(Self {
            share,
            wait: env
                .duration("SAFELIGHT_DB_POOL_WAIT")?
                .unwrap_or(Duration::from_secs(2)),
        })
    }

    /// Connections of one person, of a pool of this size: at least one.
    fn seats(&self, pool: usize) -> usize {
        (pool * usize::from(self.share) / 100).max(1)
    }
}

/// The pool, and how it is shared out. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Door {
    pool: Pool,
    shares: Arc<Shares>,
    wait: Duration,
    complained: Arc<Mutex<Option<Instant>>>,
}

/// A connection of the pool, counted against the share of the caller until it is dropped.
pub(crate) struct Connection {
    // In the order in which they are given back.
    conn: PooledConnection,
    _seat: Seat,
    _held: Held,
}

impl Door {
    /// The door of this pool.
    pub(crate) fn new(pool: Pool, limits: &DoorLimits) -> Self {
        let seats = limits.seats(pool.most());
        Self {
            pool,
            shares: Arc::new(Shares::new(seats)),
            wait: limits.wait,
            complained: Arc::default(),
        }
    }

    /// A connection for the caller of the request that is being answered.
    ///
    /// # Errors
    /// [`DbError::Busy`] where none was free in time: neither of the caller's share nor of the pool. [`DbError::Silent`] where the
    /// server does not answer.
    pub(crate) async fn get(&self) -> Result<Connection, DbError> {
        let given = self.wait_for_one().await;
        if matches!(given, Err(DbError::Busy)) {
            self.complain();
        }
        given
    }

    async fn wait_for_one(&self) -> Result<Connection, DbError> {
        let held = caller::hold();
        let until = Instant::now() + self.wait;
        let seat = timeout_at(until, self.shares.seat(caller::current()));
        let seat = seat.await.map_err(|_| DbError::Busy)?;
        let rest = until.saturating_duration_since(Instant::now());
        Ok(Connection {
            conn: self.pool.get_within(rest, PATIENCE).await?,
            _seat: seat,
            _held: held,
        })
    }

    /// Says who was sent away, now and then.
    fn complain(&self) {
        let mut last = self.complained.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|last| last.elapsed() > SILENCE) {
            *last = Some(Instant::now());
            tracing::warn!(caller = ?caller::current(), "no connection to the database was free");
        }
    }
}

impl Deref for Connection {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        &self.conn
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        &mut self.conn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_at_least_one_connection() {
        let limits = |share: &str| DoorLimits::from_env(&Env::of([("SAFELIGHT_DB_POOL_SHARE", share)]));
        assert_eq!(limits("40").unwrap().seats(10), 4);
        assert_eq!(limits("40").unwrap().seats(2), 1);
        assert_eq!(limits("100").unwrap().seats(3), 3);
        for nonsense in ["0", "101", "many"] {
            assert!(limits(nonsense).is_err(), "{nonsense}");
        }
    }
}
