//! What holds the feed back: a transaction that has written, wherever in the cluster, and does not end.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Double, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};

use crate::db::{DbError, prepared};

/// Who keeps a transaction open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A session, by its process id.
    Session(String),
    /// Nobody: it was prepared for a second phase that does not come. By its name.
    Prepared(String),
}

/// A transaction that readers of the feed wait for.
#[derive(Debug, Clone, PartialEq)]
pub struct Hold {
    /// Who keeps it.
    pub holder: Holder,
    /// The database it is in, which may be another one.
    pub database: String,
    /// The role that began it.
    pub role: String,
    /// How the program calls itself; empty where it does not, or must not be told.
    pub application: String,
    /// Since when it has been open, as far as the asking role may know.
    pub since: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    database: String,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Text)]
    application: String,
    #[diesel(sql_type = Timestamptz)]
    since: DateTime<Utc>,
}

// Only what has a number counts: who reads holds nobody back, nor does a replication slot. When a session of another role began, a plain role may not
// know; then it counts from when the chore `feed` saw it as the oldest.
const HOLDS: &str = "
with now as (
    select pg_snapshot_xmin(pg_current_snapshot()) as oldest, clock_timestamp() as at, oldest_xid, oldest_since from feed
), writer as (
    select 'session' as kind, pid::text as name, datname::text as database, usename::text as role, application_name as application,
        coalesce(xact_start, case when backend_xid = oldest::xid and oldest_xid = oldest then oldest_since end) as since
    from pg_stat_activity, now where backend_xid is not null and pid <> pg_backend_pid()
    union all
    select 'prepared', gid, database::text, owner::text, '', prepared from pg_prepared_xacts
)
select kind, name, coalesce(database, '') as database, coalesce(role, '') as role, coalesce(application, '') as application,
    since
from writer, now where since <= at - $1 * interval '1 second'
order by since limit 10";

/// The transactions that are open for at least so many seconds and hold readers of the feed back, the oldest first; at most ten.
///
/// # Errors
/// When the database does not answer.
pub async fn holds(conn: &mut AsyncPgConnection, seconds: f64) -> Result<Vec<Hold>, DbError> {
    let rows: Vec<Row> = prepared(HOLDS).bind::<Double, _>(seconds).load(conn).await?;
    Ok(rows.into_iter().map(Hold::from).collect())
}

impl From<Row> for Hold {
    fn from(row: Row) -> Self {
        let holder = if row.kind == "prepared" {
            Holder::Prepared(row.name)
        } else {
            Holder::Session(row.name)
        };
        Self {
            holder,
            database: row.database,
            role: row.role,
            application: row.application,
            since: row.since,
        }
    }
}
