//! What keeps the feed in order: the chore `feed`, and what is forgotten at night.

use std::time::Duration;

use diesel::sql_query;
use diesel::sql_types::{Double, Integer};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use tokio::time::Instant;

use super::entity::{Entity, tables};
use super::restored;
use crate::db::{DbError, prepared};

/// Rows of one slice.
const STEP: usize = 2_000;

/// Notes which transaction is the oldest, for who has to tell since when. A cluster in which nobody writes has none.
const OLDEST: &str = "
update feed set oldest_xid = oldest, oldest_since = now()
from (select pg_snapshot_xmin(snapshot) as oldest, pg_snapshot_xmax(snapshot) as next from pg_current_snapshot() snapshot) running
where oldest < next and oldest_xid is distinct from oldest";

// A line may be of a transaction that committed late; whoever compares from before it is told that it cannot.
const UNTELL: &str = "
with old as (
    delete from touched where ctid = any (array(
        select ctid from touched where at < now() - interval '1 day' order by at limit $1))
    returning changed_xid
)
update feed set untold_xid = greatest(untold_xid, old.changed_xid)
from (select changed_xid from old order by changed_xid desc limit 1) old";

/// How much of the work was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// All of it.
    Done,
    /// There is more for the next time.
    Partly,
}

/// Does what is to be done for the feed now and then, in short transactions, for about as long as `most`: notices that the rows came
/// from another cluster, gives owners to rows that are older than the feed, and removes old lines of the log of what was touched.
///
/// # Errors
/// When the database does not answer.
pub async fn care(conn: &mut AsyncPgConnection, most: Duration) -> Result<Care, DbError> {
    let until = Instant::now() + most;
    restored::settle(conn, until).await?;
    prepared(OLDEST).execute(conn).await?;
    let step = i32::try_from(STEP).unwrap_or(i32::MAX);
    prepared(UNTELL).bind::<Integer, _>(step).execute(conn).await?;
    for entity in tables().filter(|entity| entity.is_owned) {
        while give_owners(conn, entity).await? == STEP {
            if Instant::now() > until {
                return Ok(Care::Partly);
            }
        }
    }
    Ok(Care::Done)
}

/// The trigger of the table fills the owner in. Rows that somebody holds are passed by, so nobody waits for anybody.
async fn give_owners(conn: &mut AsyncPgConnection, entity: Entity) -> Result<usize, DbError> {
    let table = entity.table;
    // Triggers of a statement run also where it changes nothing.
    let missing = format!("select count(*) as rows from (select from {table} where owner_id is null limit 1) missing");
    if sql_query(missing).get_result::<Rows>(conn).await?.rows == 0 {
        return Ok(0);
    }
    let statement = format!(
        "update {table} set owner_id = null where ctid = any (array(\
         select ctid from {table} where owner_id is null order by asset_id limit {STEP} for no key update skip locked))"
    );
    Ok(sql_query(statement).execute(conn).await?)
}

/// Forgets deletions that are older than so many days, some thousand at a time: whoever has not read them by then begins anew. Says
/// whether there may be more.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(conn: &mut AsyncPgConnection, days: f64) -> Result<Care, DbError> {
    let mut care = Care::Done;
    for entity in tables().filter(|entity| !entity.keys.is_empty()) {
        // Ids begin with the time, in milliseconds.
        let statement = format!(
            "with old as (\
                delete from \"{0}_audit\" where update_id in (select update_id from \"{0}_audit\" \
                where update_id < (lpad(to_hex((extract(epoch from now() - $1 * interval '1 day') * 1000)::bigint), 12, '0') \
                    || '70008000000000000000')::uuid order by update_id limit {STEP}) \
                returning changed_xid), \
             told as (update feed set forgotten_xid = greatest(forgotten_xid, \
                (select changed_xid from old order by changed_xid desc limit 1)) where exists (select from old)) \
             select count(*) as rows from old",
            entity.table
        );
        let Rows { rows } = sql_query(statement).bind::<Double, _>(days).get_result(conn).await?;
        if usize::try_from(rows).is_ok_and(|rows| rows == STEP) {
            care = Care::Partly;
        }
    }
    Ok(care)
}

#[derive(diesel::QueryableByName)]
struct Rows {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    rows: i64,
}
