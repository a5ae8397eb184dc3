//! Files somebody is about to write. An intent is committed before the first byte and cleared by the transaction that
//! publishes the file; files are only ever swept by intents whose owner is over.

use std::path::{Path, PathBuf};

use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::crash::CrashPoint;
use crate::db::DbError;

/// Who writes the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A job under this lease: over when no active job has the lease.
    Lease(i64),
    /// A process (an upload): over when its node row is gone or has not beaten for 30 s.
    Boot(Uuid),
}

/// Most intents that one sweep takes.
const SWEEP_LIMIT: i64 = 500;

/// Declares that `owner` is about to write `path`. Call it outside any transaction: it must be committed before the first
/// byte.
pub async fn declare(conn: &mut AsyncPgConnection, path: &Path, owner: Owner) -> Result<(), DbError> {
    declare_all(conn, &[path], owner).await
}

/// Declares several files in one statement.
pub async fn declare_all(conn: &mut AsyncPgConnection, paths: &[&Path], owner: Owner) -> Result<(), DbError> {
    let (lease, boot) = match owner {
        Owner::Lease(lease) => (Some(lease), None),
        Owner::Boot(boot) => (None, Some(boot)),
    };
    sql_query("insert into file_intent (path, lease, boot) select unnest($1), $2, $3")
        .bind::<diesel::sql_types::Array<Text>, _>(texts(paths))
        .bind::<Nullable<BigInt>, _>(lease)
        .bind::<Nullable<SqlUuid>, _>(boot)
        .execute(conn)
        .await?;
    CrashPoint::Intended.reached();
    Ok(())
}

/// Clears the intent of `path`, inside the transaction that publishes the file. False: the sweep has taken the intent, the
/// file is gone or about to go, and the transaction must be rolled back.
pub async fn clear(conn: &mut AsyncPgConnection, path: &Path) -> Result<bool, DbError> {
    clear_all(conn, &[path]).await
}

/// Clears several; false where any of them was gone.
pub async fn clear_all(conn: &mut AsyncPgConnection, paths: &[&Path]) -> Result<bool, DbError> {
    let cleared = sql_query("delete from file_intent where path = any($1)")
        .bind::<diesel::sql_types::Array<Text>, _>(texts(paths))
        .execute(conn)
        .await?;
    Ok(cleared == paths.len())
}

#[derive(QueryableByName)]
struct Swept {
    #[diesel(sql_type = Text)]
    path: String,
}

/// Removes the intents whose owner is over and returns their paths; the caller queues their deletion in the same
/// transaction. Boots are spared until Postgres has been up for a minute: after a restart nobody has beaten lately.
pub async fn sweep_dead(conn: &mut AsyncPgConnection) -> Result<Vec<PathBuf>, DbError> {
    let swept: Vec<Swept> = sql_query(sweep()).bind::<BigInt, _>(SWEEP_LIMIT).load(conn).await?;
    Ok(swept.into_iter().map(|row| PathBuf::from(row.path)).collect())
}

/// Which intents `i` have an owner that is over.
pub(crate) const DEAD: &str = "\
(i.lease is not null
    and not exists (select 1 from job j where j.state = 'active' and j.lease = i.lease))
or (i.boot is not null
    and i.created_at < now() - interval '30 seconds'
    and pg_postmaster_start_time() < now() - interval '1 minute'
    and not exists (select 1 from node n where n.boot = i.boot and n.state <> 'gone'
                    and n.heartbeat > now() - interval '30 seconds'))";

fn sweep() -> String {
    format!(
        "delete from file_intent where path in (
            select i.path from file_intent i where {DEAD}
            order by i.path limit $1 for update of i skip locked)
        returning path"
    )
}

fn texts(paths: &[&Path]) -> Vec<String> {
    // The store refuses a location that is not UTF-8, so nothing is lost here.
    paths.iter().map(|path| path.to_string_lossy().into_owned()).collect()
}
