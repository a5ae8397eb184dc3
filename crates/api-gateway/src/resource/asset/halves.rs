//! A photo and its moving part, as rows to be written together.
//!
//! What follows from a change of one half for the other is done by the database (migration `live_photo_halves`), so that no
//! program can forget it.

use diesel::{
    sql_query,
    sql_types::{Array, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::http::error::ApiError;

/// Locks these assets and their moving parts until the end of the transaction, in the order of their ids: the rows that a
/// change of them writes. Two changes then cannot wait for each other in a circle.
///
/// # Errors
/// The database.
pub(super) async fn hold(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<(), ApiError> {
    sql_query(
        "select from asset where id = any(array(
            select unnest($1) union select live_photo_video_id from asset where id = any($1)))
         order by id for no key update",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .execute(conn)
    .await?;
    Ok(())
}
