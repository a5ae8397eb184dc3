//! Jobs that were given up: tried again, or dropped.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::{ids::QueueName, jobs::Wakes};
use uuid::Uuid;

use super::{
    job::gone,
    wire::{AnyId, Changed},
};
use crate::prelude::*;
use crate::{
    http::reply::{no_content, ok},
    resource::queue::wire::Named,
};

/// Parked jobs wait again, with a clean count and their history. Where the same work waits already, the parked job is folded
/// into it, and what it asked for goes along.
const RETRY: &str = "
with picked as (
    select id, kind, dedup_key, class, force, notify, source, history from job
    where state = 'parked' and ($1 is null or id = $1) and ($2 is null or queue = $2)
    order by id for update skip locked
),
-- Of several that are about the same, the newest goes on.
newest as (
    select distinct on (kind, coalesce(dedup_key, id::text)) id from picked
    order by kind, coalesce(dedup_key, id::text), id desc
),
twin as (
    update job set
        class = least(job.class, picked.class),
        force = job.force or picked.force,
        notify = job.notify or picked.notify,
        source = case when 'upload' in (job.source, picked.source) then 'upload'
                      else coalesce(job.source, picked.source) end,
        run_at = least(job.run_at, now()),
        state = 'waiting'
    from picked join newest using (id)
    where job.kind = picked.kind and job.dedup_key = picked.dedup_key and job.state in ('waiting', 'delayed')
    returning picked.id
),
dropped as (
    delete from job using picked
    where job.id = picked.id
      and (picked.id in (select id from twin) or picked.id not in (select id from newest))
    returning job.queue
),
woken as (
    update job set
        state = 'waiting', run_at = now(), failures = 0, losses = 0, illnesses = 0, alone = false,
        lease = null, lease_until = null, owner = null, started_at = null, progress = null,
        history = jsonb_path_query_array(
            job.history || jsonb_build_array(jsonb_build_object('at', now(), 'what', 'retried by an admin')),
            '$[last - 19 to last]')
    from newest
    where job.id = newest.id and newest.id not in (select id from twin)
    returning job.queue
)
select queue from dropped union all select queue from woken";

const DROP: &str =
    "delete from job where state = 'parked' and ($1 is null or id = $1) and ($2 is null or queue = $2) returning queue";

#[derive(QueryableByName)]
struct QueueRow {
    #[diesel(sql_type = Text)]
    queue: String,
}

/// `POST /fleet/jobs/{id}/retry`
pub(super) async fn retry_one(state: Data<AppState>, id: Params<AnyId>) -> Reply {
    let id = id.0.0;
    if retry(&state, Some(id), None).await? == 0 {
        return Err(not_parked(&state, id).await?);
    }
    Ok(no_content())
}

/// `POST /fleet/queues/{name}/parked/retry`
pub(super) async fn retry_queue(state: Data<AppState>, queue: Params<Named>) -> Reply {
    let jobs = retry(&state, None, Some(queue.0.0)).await?;
    Ok(ok(&Changed { jobs }))
}

/// `DELETE /fleet/jobs/{id}`
pub(super) async fn drop_one(state: Data<AppState>, id: Params<AnyId>) -> Reply {
    let id = id.0.0;
    if change(&mut *state.conn().await?, DROP, Some(id), None)
        .await?
        .is_empty()
    {
        return Err(not_parked(&state, id).await?);
    }
    tracing::info!(job.id = %id, "a parked job was dropped");
    Ok(no_content())
}

/// `DELETE /fleet/queues/{name}/parked`
pub(super) async fn drop_queue(state: Data<AppState>, queue: Params<Named>) -> Reply {
    let queue = queue.0.0;
    let jobs = change(&mut *state.conn().await?, DROP, None, Some(queue)).await?.len();
    tracing::info!(queue = %queue, jobs, "parked jobs were dropped");
    Ok(ok(&Changed { jobs }))
}

async fn retry(state: &AppState, id: Option<Uuid>, queue: Option<QueueName>) -> Result<usize, ApiError> {
    let rows = change(&mut *state.conn().await?, RETRY, id, queue).await?;
    let mut wakes = Wakes::default();
    for row in &rows {
        if let Ok(queue) = row.queue.parse() {
            wakes.add(queue, 1);
        }
    }
    state.wake(wakes).await;
    tracing::info!(jobs = rows.len(), "parked jobs wait again");
    Ok(rows.len())
}

async fn change(
    conn: &mut AsyncPgConnection,
    statement: &str,
    id: Option<Uuid>,
    queue: Option<QueueName>,
) -> Result<Vec<QueueRow>, ApiError> {
    Ok(sql_query(statement)
        .bind::<Nullable<SqlUuid>, _>(id)
        .bind::<Nullable<Text>, _>(queue.map(QueueName::as_str))
        .load(conn)
        .await?)
}

/// Why a command for one parked job found none.
async fn not_parked(state: &AppState, id: Uuid) -> Result<ApiError, ApiError> {
    let there = sql_query("select 1 from job where id = $1")
        .bind::<SqlUuid, _>(id)
        .execute(&mut *state.conn().await?)
        .await?;
    Ok(if there == 0 {
        gone()
    } else {
        ApiError::bad("The job is not parked")
    })
}
