//! Jobs, a page at a time.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Float4, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use safelight_core::ids::QueueName;
use uuid::Uuid;

use super::wire::{JobSummary, Search, class};
use crate::http::reply::ok;
use crate::prelude::*;

const LIST: &str = "
select id, queue, kind, dedup_key, state, class, failures, losses, progress, created_at, run_at, owner,
  (select line ->> 'reason' from jsonb_array_elements(history) with ordinality as told (line, at)
   where line ? 'reason' order by at desc limit 1) as reason
from job
where ($1 is null or queue = $1) and ($2 is null or state = $2) and ($3 is null or id > $3)
order by id limit $4";

/// The columns of a job that lists show.
#[derive(QueryableByName)]
pub(super) struct SummaryRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    queue: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<Text>)]
    dedup_key: Option<String>,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = SmallInt)]
    class: i16,
    #[diesel(sql_type = Integer)]
    failures: i32,
    #[diesel(sql_type = Integer)]
    losses: i32,
    #[diesel(sql_type = Nullable<Float4>)]
    progress: Option<f32>,
    #[diesel(sql_type = Timestamptz)]
    created_at: chrono::DateTime<chrono::Utc>,
    #[diesel(sql_type = Timestamptz)]
    run_at: chrono::DateTime<chrono::Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    owner: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
}

impl From<SummaryRow> for JobSummary {
    fn from(row: SummaryRow) -> Self {
        Self {
            id: row.id,
            queue: row.queue,
            kind: row.kind,
            subject: row.dedup_key,
            state: row.state,
            class: class(row.class),
            failures: row.failures,
            losses: row.losses,
            progress: row.progress,
            created_at: row.created_at,
            run_at: row.run_at,
            node: row.owner,
            reason: row.reason,
        }
    }
}

/// `GET /fleet/jobs`: oldest first; the next page begins `after` the last id of this one.
pub(super) async fn list(state: Data<AppState>, search: Query<Search>) -> Reply {
    let search = search.0;
    let rows: Vec<SummaryRow> = sql_query(LIST)
        .bind::<Nullable<Text>, _>(search.queue.map(QueueName::as_str))
        .bind::<Nullable<Text>, _>(search.state)
        .bind::<Nullable<SqlUuid>, _>(search.after)
        .bind::<BigInt, _>(search.limit)
        .load(&mut state.conn().await?)
        .await?;
    Ok(ok(&rows.into_iter().map(JobSummary::from).collect::<Vec<_>>()))
}
