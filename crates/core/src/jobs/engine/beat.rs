//! The beat: one statement per node and beat.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::sql_types::{
    Array, BigInt, Bool, Double, Float, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use uuid::Uuid;

use crate::db::{DbError, prepared};

/// What a node says of itself.
#[derive(Debug, Clone)]
pub struct Pulse<'a> {
    /// This process.
    pub boot: Uuid,
    /// Leases it holds.
    pub leases: Vec<i64>,
    /// How far each is, 0 to 1.
    pub progress: Vec<f32>,
    /// How long they hold from now on.
    pub lease: Duration,
    /// `active`, `quiet`, `paused` or `ill`.
    pub state: &'a str,
    /// Why it does not work, where it does not.
    pub reason: Option<String>,
    /// Slots per queue.
    pub slots: serde_json::Value,
    /// The queues it serves.
    pub queues: Vec<&'static str>,
}

/// What the database answers.
#[derive(Debug, Clone, diesel::QueryableByName)]
pub struct Reply {
    /// The leases that still hold. Any other is somebody else's now.
    #[diesel(sql_type = Array<BigInt>)]
    pub held: Vec<i64>,
    /// False where the node's row is gone and must be written anew.
    #[diesel(sql_type = Bool)]
    pub known: bool,
    /// The operator's order.
    #[diesel(sql_type = Nullable<Text>)]
    pub desired_state: Option<String>,
    /// The operator's slots per queue.
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub overrides: Option<serde_json::Value>,
    /// The operator's hours, such as `22:00-07:00`; null is always.
    #[diesel(sql_type = Nullable<Text>)]
    pub hours: Option<String>,
    /// What the database takes for the time.
    #[diesel(sql_type = Timestamptz)]
    pub now: DateTime<Utc>,
    /// The zone of the installation; null is UTC.
    #[diesel(sql_type = Nullable<Text>)]
    pub zone: Option<String>,
    /// The version of the settings document; 0 while it is all defaults.
    #[diesel(sql_type = BigInt)]
    pub settings_version: i64,
    /// Queues of this node with a row that may be claimed now.
    #[diesel(sql_type = Array<Text>)]
    pub ready: Vec<String>,
}

const BEAT: &str = "
with mine as (
    select job.id, given.progress
    from job join unnest($2::bigint[], $3::real[]) as given (lease, progress) on job.lease = given.lease
    where job.owner = $1 and job.state = 'active'
    order by job.id for no key update of job skip locked
),
extended as (
    update job set
        lease_until = now() + $4 * interval '1 second',
        progress = case when mine.progress > 0 then mine.progress else job.progress end
    from mine where job.id = mine.id
),
self as (
    update node set heartbeat = now(), state = $5, reason = $6, slots = $7, running = $8
    where boot = $1
    returning host, service
),
orders as (
    select node_order.* from node_order join self using (host, service)
),
ended as (
    delete from queue_ended where node = $1 returning queue, completed
),
counted as (
    insert into queue_count (queue, node, completed)
    select queue, $1, sum(completed)::bigint from ended group by queue
    on conflict (queue, node) do update set completed = queue_count.completed + excluded.completed
)
select
    array(select job.lease from job
          where job.owner = $1 and job.state = 'active' and job.lease = any($2)) as held,
    exists (select 1 from self) as known,
    (select desired_state from orders) as desired_state,
    (select slots from orders) as overrides,
    (select hours from orders) as hours,
    now() as now,
    (select value #>> '{}' from system_metadata where key = 'time-zone') as zone,
    coalesce((select version from system_metadata where key = 'system-config'), 0) as settings_version,
    array(
        select queue.name from queue
        where queue.name = any($9) and not queue.is_paused
          and exists (select 1 from job
                      where job.queue = queue.name and job.state in ('waiting', 'delayed') and job.run_at <= now())
    ) as ready";

/// Extends the leases, updates the node's row, adds up what has ended since the last beat, and asks what there is to know. A job
/// whose row is locked, since its end is being written, is passed over: a beat waits for nobody.
pub async fn beat(conn: &mut AsyncPgConnection, pulse: Pulse<'_>) -> Result<Reply, DbError> {
    let running = i32::try_from(pulse.leases.len()).unwrap_or(i32::MAX);
    let reply = prepared(BEAT)
        .bind::<SqlUuid, _>(pulse.boot)
        .bind::<Array<BigInt>, _>(pulse.leases)
        .bind::<Array<Float>, _>(pulse.progress)
        .bind::<Double, _>(pulse.lease.as_secs_f64())
        .bind::<Text, _>(pulse.state)
        .bind::<Nullable<Text>, _>(pulse.reason)
        .bind::<Jsonb, _>(pulse.slots)
        .bind::<Integer, _>(running)
        .bind::<Array<Text>, _>(pulse.queues)
        .get_result::<Reply>(conn)
        .await?;
    Ok(reply)
}
