//! What an admin can do to a queue.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Bool, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::{ids::QueueName, jobs::Wakes};

use crate::http::error::ApiError;

#[derive(QueryableByName)]
struct DueRow {
    #[diesel(sql_type = BigInt)]
    due: i64,
}

/// Pauses the queue or lets it go on. What runs is finished; what waits is to be woken after this.
///
/// # Errors
/// The database.
pub(crate) async fn set_paused(
    conn: &mut AsyncPgConnection,
    queue: QueueName,
    is_paused: bool,
) -> Result<Wakes, ApiError> {
    let mut notes = Wakes::default();
    let changed = sql_query("update queue set is_paused = $2, updated_at = now() where name = $1 and is_paused <> $2")
        .bind::<Text, _>(queue.as_str())
        .bind::<Bool, _>(is_paused)
        .execute(conn)
        .await?;
    if changed == 0 {
        return Ok(notes);
    }
    tracing::info!(queue = %queue, is_paused, "a queue was paused or resumed");
    if !is_paused {
        let row: DueRow = sql_query(
            "select count(*) as due from (select from job where queue = $1 and state in ('waiting', 'delayed') limit 1000) due",
        )
        .bind::<Text, _>(queue.as_str())
        .get_result(conn)
        .await?;
        notes.add(queue, u64::try_from(row.due).unwrap_or_default());
    }
    Ok(notes)
}

/// Drops what is due, also in a paused queue. What runs and what is not yet due stays.
///
/// # Errors
/// The database.
pub(crate) async fn empty(conn: &mut AsyncPgConnection, queue: QueueName) -> Result<(), ApiError> {
    let dropped = sql_query(
        "delete from job where id in (select id from job \
         where queue = $1 and (state = 'waiting' or (state = 'delayed' and run_at <= now())) for update skip locked)",
    )
    .bind::<Text, _>(queue.as_str())
    .execute(conn)
    .await?;
    tracing::info!(queue = %queue, jobs = dropped, "a queue was emptied");
    Ok(())
}

/// Forgets the jobs that were given up.
///
/// # Errors
/// The database.
pub(crate) async fn clear_failed(conn: &mut AsyncPgConnection, queue: QueueName) -> Result<(), ApiError> {
    let dropped = sql_query("delete from job where queue = $1 and state = 'parked'")
        .bind::<Text, _>(queue.as_str())
        .execute(conn)
        .await?;
    tracing::info!(queue = %queue, jobs = dropped, "failed jobs were cleared");
    Ok(())
}
