//! Slices of the table of assets: what one step of a singleton over the library looks at.

use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel::{OptionalExtension as _, QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use safelight_core::jobs::FollowUps;
use safelight_core::jobs::kind::{DeleteAsset, DeleteAssetPayload, Slice};
use uuid::Uuid;

/// Assets that one step looks at.
const LOOKED_AT: i64 = 5_000;
/// Assets for which one step orders the deletion.
const DELETED: i64 = 250;

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The last asset of a slice; `None` behind the last of all.
pub(super) async fn end(conn: &mut AsyncPgConnection, slice: Slice) -> Result<Option<Uuid>, DbError> {
    let last =
        "select id from (select id from asset where id > $1 order by id limit $2) slice order by id desc limit 1";
    let row: Option<IdRow> = sql_query(last)
        .bind::<SqlUuid, _>(slice.start())
        .bind::<BigInt, _>(LOOKED_AT)
        .get_result(conn)
        .await
        .optional()?;
    Ok(row.map(|row| row.id))
}

/// Orders the deletion of a slice of the assets that are in the trash and meet `condition` (no text of users). Gives the slice
/// that follows, where there may be more, and how many assets these were.
pub(super) async fn delete(
    conn: &mut AsyncPgConnection,
    follow: &mut FollowUps,
    slice: Slice,
    condition: &str,
) -> Result<(Option<Slice>, usize), DbError> {
    let ids = format!(
        "select id from asset where deleted_at is not null and {condition} and id > '{}' order by id limit {DELETED}",
        slice.start()
    );
    let last = format!("select id from ({ids}) slice order by id desc limit 1");
    let last: Option<IdRow> = sql_query(last).get_result(conn).await.optional()?;
    let Some(IdRow { id: last }) = last else {
        return Ok((None, 0));
    };
    let payload = DeleteAssetPayload { delete_on_disk: true };
    let count = follow.enqueue_set::<DeleteAsset>(conn, &payload, &ids).await?;
    Ok((Some(Slice { after: Some(last) }), count))
}
