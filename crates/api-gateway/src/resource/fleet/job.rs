//! One job, with why it does not run.

use std::time::Duration;

use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Double, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::jobs::engine::SUSPECT_AFTER;
use serde_json::Value;

use super::{
    list::SummaryRow,
    why::{Facts, Node, reasons},
    wire::{AnyId, JobDetail, JobSummary},
};
use crate::http::reply::ok;
use crate::prelude::*;

/// What goes before it is counted among its like, in the order of the index `job_lane`.
const JOB: &str = "
select j.id, j.queue, j.kind, j.dedup_key, j.state, j.class, j.failures, j.losses, j.progress, j.created_at, j.run_at, j.owner,
  (select line ->> 'reason' from jsonb_array_elements(j.history) with ordinality as told (line, at)
   where line ? 'reason' order by at desc limit 1) as reason,
  j.payload, j.source, j.history,
  case when j.requires_settings < coalesce((select version from system_metadata where key = 'system-config'), 0) then '{}'
    else j.requires end as requires,
  extract(epoch from j.run_at - now())::float8 as due_in_seconds,
  q.is_paused, q.max_active,
  (select count(*) from job a where a.queue = j.queue and a.state = 'active') as active,
  exists (select 1 from job t where t.kind = j.kind and t.dedup_key = j.dedup_key and t.state = 'active' and t.id <> j.id)
    as has_active_twin,
  (select count(*) from (
     select from job b where b.kind = j.kind and b.payload_version = j.payload_version and b.requires = j.requires
       and coalesce(b.requires_settings, 9223372036854775807) = coalesce(j.requires_settings, 9223372036854775807)
       and b.state in ('waiting', 'delayed') and b.losses < 2 and b.run_at <= now()
       and (b.class, b.run_at, b.id) < (j.class, j.run_at, j.id) limit 1001) b) as ahead
from job j join queue q on q.name = j.queue where j.id = $1";

/// Nodes that serve the queue and are not gone. One that has not beaten for as long as a lease is silent.
const NODES: &str = "
select n.host, case when n.heartbeat < now() - $3 * interval '1 second' then 'silent' else n.state end as state, n.reason, coalesce((n.slots ->> $1)::bigint, 0) as slots, n.running::bigint as running,
  (select count(*) from job a where a.owner = n.boot and a.state = 'active' and a.queue = $1) as busy,
  array(select word from unnest($2) word where not coalesce(n.capabilities ? word, false)) as lacks
from node n
where n.slots ? $1 and n.state <> 'gone' and n.heartbeat > now() - interval '30 seconds'
order by n.host, n.boot";

#[derive(QueryableByName)]
struct JobRow {
    #[diesel(embed)]
    summary: SummaryRow,
    #[diesel(sql_type = Jsonb)]
    payload: Value,
    #[diesel(sql_type = Nullable<Text>)]
    source: Option<String>,
    #[diesel(sql_type = Array<Text>)]
    requires: Vec<String>,
    #[diesel(sql_type = Jsonb)]
    history: Value,
    #[diesel(sql_type = Double)]
    due_in_seconds: f64,
    #[diesel(sql_type = Bool)]
    is_paused: bool,
    #[diesel(sql_type = Nullable<Integer>)]
    max_active: Option<i32>,
    #[diesel(sql_type = BigInt)]
    active: i64,
    #[diesel(sql_type = Bool)]
    has_active_twin: bool,
    #[diesel(sql_type = BigInt)]
    ahead: i64,
}

#[derive(QueryableByName)]
struct NodeRow {
    #[diesel(sql_type = Text)]
    host: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
    #[diesel(sql_type = BigInt)]
    slots: i64,
    #[diesel(sql_type = BigInt)]
    running: i64,
    #[diesel(sql_type = BigInt)]
    busy: i64,
    #[diesel(sql_type = Array<Text>)]
    lacks: Vec<String>,
}

impl From<NodeRow> for Node {
    fn from(row: NodeRow) -> Self {
        Self {
            host: row.host,
            state: row.state,
            reason: row.reason,
            lacks: row.lacks,
            slots: row.slots,
            busy: row.busy,
            running: row.running,
        }
    }
}

/// `GET /fleet/jobs/{id}`
pub(super) async fn one(state: Data<AppState>, id: Params<AnyId>) -> Reply {
    let mut conn = state.conn().await?;
    let row: JobRow = sql_query(JOB)
        .bind::<SqlUuid, _>(id.0.0)
        .get_result(&mut conn)
        .await
        .optional()?
        .ok_or_else(gone)?;
    let summary = JobSummary::from(row.summary);
    let facts = Facts {
        state: summary.state.clone(),
        queue: summary.queue.clone(),
        due_in_seconds: row.due_in_seconds,
        failures: summary.failures,
        last_reason: summary.reason.clone(),
        is_suspect: summary.losses >= SUSPECT_AFTER,
        is_paused: row.is_paused,
        max_active: row.max_active,
        active: row.active,
        has_active_twin: row.has_active_twin,
        requires: row.requires.clone(),
        ahead: row.ahead,
        nodes: nodes(&mut conn, &summary.queue, &row.requires, state.config.lease).await?,
    };
    Ok(ok(&JobDetail {
        summary,
        payload: row.payload,
        source: row.source,
        requires: row.requires,
        history: row.history,
        waits_for: reasons(&facts),
    }))
}

/// A job that is done has no row.
pub(super) fn gone() -> ApiError {
    ApiError::NotFound("Job not found: it is done, or there never was one".to_owned())
}

async fn nodes(
    conn: &mut AsyncPgConnection,
    queue: &str,
    requires: &[String],
    lease: Duration,
) -> Result<Vec<Node>, ApiError> {
    let rows: Vec<NodeRow> = sql_query(NODES)
        .bind::<Text, _>(queue)
        .bind::<Array<Text>, _>(requires)
        .bind::<Double, _>(lease.as_secs_f64())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Node::from).collect())
}
