//! Where a reader is, and how far one may read.

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use uuid::Uuid;

use crate::db::{DbError, prepared};

/// The number of a transaction, with its epoch: it never comes again within a cluster (`xid8`). Statements give and take it as text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, diesel::deserialize::FromSqlRow)]
pub struct Xid(pub u64);

impl std::fmt::Display for Xid {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromSql<Text, Pg> for Xid {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(<String as FromSql<Text, Pg>>::from_sql(value)?.parse()?))
    }
}

/// The key of a change: all that is smaller has been read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The transaction.
    pub xid: Xid,
    /// The change within it.
    pub id: Uuid,
}

impl Position {
    /// Before everything.
    pub const START: Self = Self {
        xid: Xid(0),
        id: Uuid::nil(),
    };

    /// Behind all transactions before this one.
    pub const fn before(xid: Xid) -> Self {
        Self { xid, id: Uuid::nil() }
    }
}

/// How far a reader is with one [`super::Entity`] in one set of scopes. A scope that is new to a reader (an album that was shared) is read
/// from [`Checkpoint::fresh`] with a checkpoint of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// Of which generation the positions are.
    pub generation: i64,
    /// The deletions up to here are read.
    pub gone: Position,
    /// The rows up to here are read.
    pub changed: Position,
}

impl Checkpoint {
    /// That of a reader who has nothing yet: all rows will come, and the deletions from this window on.
    pub const fn fresh(window: &Window) -> Self {
        Self {
            generation: window.generation,
            gone: Position::before(window.until),
            changed: Position::START,
        }
    }
}

/// How far one may read at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel::QueryableByName)]
pub struct Window {
    /// The generation of the rows: another one after they came from another cluster.
    #[diesel(sql_type = BigInt)]
    pub generation: i64,
    /// The oldest transaction that runs: everything before it is final.
    #[diesel(sql_type = Text)]
    pub until: Xid,
    /// The last transaction whose deletions are no longer told.
    #[diesel(sql_type = Text)]
    forgotten: Xid,
}

impl Window {
    /// Whether a reader may go on from there. One who may not has to begin anew, with nothing.
    pub fn covers(&self, checkpoint: &Checkpoint) -> bool {
        checkpoint.generation == self.generation && checkpoint.gone.xid > self.forgotten
    }
}

/// How far one may read now.
///
/// # Errors
/// When the database does not answer.
pub async fn window(conn: &mut AsyncPgConnection) -> Result<Window, DbError> {
    const NOW: &str = "select generation, pg_snapshot_xmin(pg_current_snapshot())::text as until, forgotten_xid::text as forgotten from feed";
    Ok(prepared(NOW).get_result(conn).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_who_missed_deletions_begins_anew() {
        let window = Window {
            generation: 2,
            until: Xid(100),
            forgotten: Xid(50),
        };
        let fresh = Checkpoint::fresh(&window);
        assert!(window.covers(&fresh));
        let with = |generation, xid| Checkpoint {
            generation,
            gone: Position::before(Xid(xid)),
            ..fresh
        };
        assert!(window.covers(&with(2, 51)));
        assert!(!window.covers(&with(2, 50)), "of 50 something may be missing");
        assert!(!window.covers(&with(1, 100)), "another generation");
    }

    #[test]
    fn positions_go_by_transaction_then_by_id() {
        let later = Position {
            xid: Xid(10),
            id: Uuid::max(),
        };
        assert!(Position::START < later && later < Position::before(Xid(11)));
    }
}
