//! Rows that came from another place: the numbers of their transactions mean nothing here.

use diesel::sql_types::{BigInt, Bool};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use tokio::time::Instant;

use super::entity::tables;
use crate::db::{DbError, prepared};

/// Blocks of a table that one transaction sets anew: some thousand rows.
const BLOCKS: i64 = 250;

// Where the place may not be told in full, the newest of the accounts may: each upload changes one, and all of them are in one index.
const LOOK: &str = "
select place is distinct from feed_place() or exists (
        select from \"user\" where changed_xid >= pg_snapshot_xmax(pg_current_snapshot())) as has_moved,
    is_anew from feed";

// All that was told of other transactions goes; what readers and caches remember ends with the generation.
const ARRIVE: &str = "
with untold as (delete from touched)
update feed set place = feed_place(), generation = (random() * 9007199254740991)::bigint, is_anew = true, forgotten_xid = '0', untold_xid = '0', oldest_xid = null";

#[derive(QueryableByName)]
struct Look {
    #[diesel(sql_type = Bool)]
    has_moved: bool,
    #[diesel(sql_type = Bool)]
    is_anew: bool,
}

#[derive(QueryableByName)]
struct Blocks {
    #[diesel(sql_type = BigInt)]
    blocks: i64,
}

/// Finds out whether the rows came from elsewhere since somebody looked last. If so, whatever readers and caches remember ends with
/// the generation, and numbers that have not been given out here yet are set anew, some thousand rows at a time, until `until`; what
/// is left is for the next time. Whoever reads meanwhile gets those rows later, and none twice with the same key.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn settle(conn: &mut AsyncPgConnection, until: Instant) -> Result<(), DbError> {
    let look: Look = prepared(LOOK).get_result(conn).await?;
    if look.has_moved {
        sql_query(ARRIVE).execute(conn).await?;
        tracing::warn!("the database was restored or taken over: readers of the feed and caches begin anew");
    }
    if look.has_moved || look.is_anew {
        set_anew(conn, until).await?;
    }
    Ok(())
}

/// The tables of the feed with those of its deletions.
fn all() -> impl Iterator<Item = String> {
    tables().flat_map(|entity| {
        let audit = (!entity.keys.is_empty()).then(|| format!("{}_audit", entity.table));
        [Some(entity.table.to_owned()), audit].into_iter().flatten()
    })
}

async fn set_anew(conn: &mut AsyncPgConnection, until: Instant) -> Result<(), DbError> {
    let (mut left, mut rows) = (0, 0);
    for table in all() {
        let size = format!("select pg_relation_size('\"{table}\"') / current_setting('block_size')::bigint as blocks");
        let Blocks { blocks } = sql_query(size).get_result(conn).await?;
        let mut from = 0;
        while from < blocks {
            if Instant::now() > until {
                return Ok(());
            }
            let slice = slice(conn, &table, from).await?;
            (left, rows) = (left + slice.left, rows + slice.done);
            from += BLOCKS;
        }
    }
    if left == 0 {
        sql_query("update feed set is_anew = false where is_anew")
            .execute(conn)
            .await?;
    }
    tracing::info!(rows, left, "changes of another cluster have numbers of this one");
    Ok(())
}

#[derive(QueryableByName)]
struct Slice {
    #[diesel(sql_type = BigInt)]
    done: i64,
    /// Rows that others held.
    #[diesel(sql_type = BigInt)]
    left: i64,
}

/// One transaction. What somebody else holds is passed by: so nobody waits, in whatever order rows are locked.
async fn slice(conn: &mut AsyncPgConnection, table: &str, from: i64) -> Result<Slice, DbError> {
    let there = format!(
        "from \"{table}\" where ctid >= '({from},0)' and ctid < '({},0)' \
         and changed_xid >= pg_snapshot_xmax(pg_current_snapshot())",
        from + BLOCKS
    );
    let statement = format!(
        "with there as (select count(*) as rows {there}), \
         done as (update \"{table}\" set changed_xid = pg_current_xact_id() \
            where ctid = any (array(select ctid {there} for no key update skip locked)) returning 1) \
         select (select count(*) from done) as done, there.rows - (select count(*) from done) as left from there"
    );
    conn.transaction(async |conn| Ok(sql_query(statement.as_str()).get_result(conn).await?))
        .await
}
