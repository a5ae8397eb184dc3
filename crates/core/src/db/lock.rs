//! Locks of rows that more than one program writes, taken in one order: see "The order of locks" in
//! `docs/ARCHITECTURE.md`.

use diesel::result::Error;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use uuid::Uuid;

use super::prepared;

/// What the caller is about to do to the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowLock {
    /// Change them, or write rows that belong to them. Whoever only points at them goes on.
    Change,
    /// Remove them.
    Remove,
}

#[derive(diesel::QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Locks assets until the end of the transaction, in the order of their ids, and gives those that there are.
///
/// # Errors
/// The database.
pub async fn lock_assets(conn: &mut AsyncPgConnection, ids: &[Uuid], lock: RowLock) -> Result<Vec<Uuid>, Error> {
    let statement = match lock {
        RowLock::Change => "select id from asset where id = any($1) order by id for no key update",
        RowLock::Remove => "select id from asset where id = any($1) order by id for update",
    };
    rows(conn, statement, ids).await
}

/// [`lock_assets`] for changes of assets, which the moving parts of photos follow: those are locked with them. Gives all.
///
/// # Errors
/// The database.
pub async fn lock_assets_with_parts(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let statement = "select id from asset where id = any(array(
        select unnest($1::uuid[]) union select live_photo_video_id from asset where id = any($1)))
        order by id for no key update";
    rows(conn, statement, ids).await
}

/// Locks albums until the end of the transaction, in the order of their ids, and gives those that there are.
///
/// # Errors
/// The database.
pub async fn lock_albums(conn: &mut AsyncPgConnection, ids: &[Uuid], lock: RowLock) -> Result<Vec<Uuid>, Error> {
    let statement = match lock {
        RowLock::Change => "select id from album where id = any($1) order by id for no key update",
        RowLock::Remove => "select id from album where id = any($1) order by id for update",
    };
    rows(conn, statement, ids).await
}

const ALBUMS_OF: &str = "
select id from album where id in (
    select album_id from album_asset where asset_id = any($1)
    union select id from album where album_thumbnail_asset_id = any($1))
order by id for no key update";

/// Locks the albums that hold or show any of the assets, whose rows the caller has locked: nobody can put them into
/// another one meanwhile.
///
/// # Errors
/// The database.
pub async fn lock_albums_of(conn: &mut AsyncPgConnection, assets: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    rows(conn, ALBUMS_OF, assets).await
}

/// Takes assets, whose rows the caller has locked, out of all albums.
///
/// # Errors
/// The database.
pub async fn leave_albums(conn: &mut AsyncPgConnection, assets: &[Uuid]) -> Result<(), Error> {
    if lock_albums_of(conn, assets).await?.is_empty() {
        return Ok(());
    }
    let leave = prepared("delete from album_asset where asset_id = any($1)");
    leave.bind::<Array<SqlUuid>, _>(assets).execute(conn).await?;
    Ok(())
}

async fn rows(conn: &mut AsyncPgConnection, statement: &'static str, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let rows: Vec<IdRow> = prepared(statement).bind::<Array<SqlUuid>, _>(ids).load(conn).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
