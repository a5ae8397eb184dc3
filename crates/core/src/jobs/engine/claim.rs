use std::time::Duration;

use diesel::sql_types::{Array, BigInt, Bool, Double, Integer, Jsonb, Nullable, SmallInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use uuid::Uuid;

use super::lanes::lanes;
use super::registry::SupportedKind;
use crate::db::{DbError, prepared};
use crate::ids::QueueName;

/// A row that this node has just claimed.
#[derive(Debug, Clone, diesel::QueryableByName)]
pub struct ClaimedRow {
    /// The job.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Its kind's name.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// What it is about.
    #[diesel(sql_type = Nullable<Text>)]
    pub dedup_key: Option<String>,
    /// What it carries, of `payload_version`.
    #[diesel(sql_type = Jsonb)]
    pub payload: serde_json::Value,
    /// The version of the payload.
    #[diesel(sql_type = Integer)]
    pub payload_version: i32,
    /// How urgent it is.
    #[diesel(sql_type = SmallInt)]
    pub class: i16,
    /// What set the chain off.
    #[diesel(sql_type = Nullable<Text>)]
    pub source: Option<String>,
    /// Do it even where the result exists.
    #[diesel(sql_type = Bool)]
    pub force: bool,
    /// Tell open pages when it is done.
    #[diesel(sql_type = Bool)]
    pub notify: bool,
    /// The fence of this claim.
    #[diesel(sql_type = BigInt)]
    pub lease: i64,
    /// Failures before this attempt.
    #[diesel(sql_type = Integer)]
    pub failures: i32,
    /// Losses before this attempt.
    #[diesel(sql_type = Integer)]
    pub losses: i32,
    /// How often a node was too ill for it that was found to be well.
    #[diesel(sql_type = Integer)]
    pub illnesses: i32,
    /// Seconds since it was enqueued.
    #[diesel(sql_type = Double)]
    pub age_seconds: f64,
    /// The version of the settings when it was claimed: a change made before the job was queued is in it.
    #[diesel(sql_type = BigInt)]
    pub settings_version: i64,
}

/// What a claim may take.
#[derive(Debug, Clone, Copy)]
pub struct ClaimLimits<'a> {
    /// The queue.
    pub queue: QueueName,
    /// Kinds and payload versions this binary knows.
    pub kinds: &'a [SupportedKind],
    /// What this node can do.
    pub capabilities: &'a [String],
    /// This process.
    pub boot: Uuid,
    /// How long the claim holds without a beat.
    pub lease: Duration,
    /// Free slots.
    pub slots: usize,
    /// Take one suspect, since nothing else runs here; else take none.
    pub suspect: bool,
}

#[derive(diesel::QueryableByName)]
struct QueueRow {
    #[diesel(sql_type = Bool)]
    is_open: bool,
    #[diesel(sql_type = Nullable<Integer>)]
    max_active: Option<i32>,
}

#[derive(diesel::QueryableByName)]
struct ActiveCount {
    #[diesel(sql_type = BigInt)]
    active: i64,
}

/// The rows that may be taken, lane by lane ([`super::lanes`]): the most urgent class first, and of lanes of one class that
/// whose first row has waited longest; within a lane by time and age. No row of any other lane is read, so that neither bulk
/// work behind an upload, nor what is not due, nor what this node cannot do costs anything. A row waits while another of its
/// kind and key is active. Unless the caller holds the lock of the queue's row (`$8`), nothing is taken from a queue that is
/// paused or limited. The active keys are a set that is hashed once: joined, each waiting row would be compared with every
/// active one, since the planner believes that there are few. What a job was found to require under older settings is found
/// out anew.
macro_rules! claim {
    ($losses:literal, $alone:literal) => {
        concat!(
            "
with recursive known as (select * from unnest($2::text[], $3::int[]) as known (kind, version)),
settings as (select coalesce((select version from system_metadata where key = 'system-config'), 0) as version),
",
            lanes!("lane", $losses),
            ",
able as (
    select lane.*
    from lane join known on known.kind = lane.kind and lane.payload_version <= known.version
    where lane.run_at <= now()
      and (lane.requires <@ $4 or lane.holds < (select version from settings))
    order by lane.class, lane.run_at
),
picked as (
    select ready.id
    from able cross join lateral (
        select waiting.id
        from job waiting
        where waiting.kind = able.kind
          and waiting.payload_version = able.payload_version
          and waiting.requires = able.requires
          and coalesce(waiting.requires_settings, 9223372036854775807) = able.holds
          and waiting.class = able.class
          and waiting.run_at <= now()
          and waiting.queue = $1
          and waiting.state in ('waiting', 'delayed')
          and waiting.",
            $losses,
            "
          and ($8 or exists (select from queue where queue.name = $1 and not queue.is_paused and queue.max_active is null))
          and (waiting.dedup_key is null
               or (waiting.kind, waiting.dedup_key) not in (select twin.kind, twin.dedup_key from job twin
                   where twin.queue = $1 and twin.state = 'active' and twin.dedup_key is not null))
        order by waiting.run_at, waiting.id
        for update of waiting skip locked) ready
    limit $5
)
update job set
    state = 'active',
    alone = ",
            $alone,
            ",
    lease = nextval('job_lease'),
    lease_until = now() + $6 * interval '1 second',
    owner = $7,
    started_at = now(),
    progress = null
from picked
where job.id = picked.id
returning job.id, job.kind, job.dedup_key, job.payload, job.payload_version, job.class, job.source, job.force,
          job.notify, job.lease, job.failures, job.losses, job.illnesses,
          extract(epoch from now() - job.created_at)::float8 as age_seconds,
          (select version from settings) as settings_version"
        )
    };
}

/// Takes rows that were lost less than [`super::SUSPECT_AFTER`] times.
pub const CLAIM: &str = claim!("losses < 2", "false");
/// Takes suspects: rows that were lost [`super::SUSPECT_AFTER`] times or more.
pub const CLAIM_SUSPECT: &str = claim!("losses >= 2", "true");
const _: () = assert!(
    super::SUSPECT_AFTER == 2,
    "the indexes `job_lane` and `job_lane_suspect` say the same number"
);

/// Claims up to `limits.slots` jobs, in one statement. Nothing is claimed from a paused queue, nor beyond a fleet-wide limit:
/// a queue that has one needs a short transaction, in which the queue's row is locked first, by a statement of its own, since
/// a count made in the same statement as the update would be of a moment before the lock.
pub async fn claim(conn: &mut AsyncPgConnection, limits: ClaimLimits<'_>) -> Result<Vec<ClaimedRow>, DbError> {
    if limits.slots == 0 || limits.kinds.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = if limits.suspect {
        1
    } else {
        i64::try_from(limits.slots).unwrap_or(i64::MAX)
    };
    let rows = take(conn, limits, wanted, false).await?;
    if !rows.is_empty() || !is_limited(conn, limits.queue).await? {
        return Ok(rows);
    }
    conn.transaction(async |conn| {
        let slots = wanted.min(room(conn, limits.queue).await?);
        if slots <= 0 {
            return Ok(Vec::new());
        }
        take(conn, limits, slots, true).await
    })
    .await
}

async fn take(
    conn: &mut AsyncPgConnection,
    limits: ClaimLimits<'_>,
    slots: i64,
    is_locked: bool,
) -> Result<Vec<ClaimedRow>, DbError> {
    let (names, versions): (Vec<_>, Vec<_>) = limits.kinds.iter().map(|kind| (kind.name, kind.version)).unzip();
    let rows = prepared(if limits.suspect { CLAIM_SUSPECT } else { CLAIM })
        .bind::<Text, _>(limits.queue.as_str())
        .bind::<Array<Text>, _>(names)
        .bind::<Array<Integer>, _>(versions)
        .bind::<Array<Text>, _>(limits.capabilities)
        .bind::<BigInt, _>(slots)
        .bind::<Double, _>(limits.lease.as_secs_f64())
        .bind::<SqlUuid, _>(limits.boot)
        .bind::<Bool, _>(is_locked)
        .load::<ClaimedRow>(conn)
        .await?;
    Ok(rows)
}

/// Whether the queue has a limit over all nodes and is not paused.
async fn is_limited(conn: &mut AsyncPgConnection, queue: QueueName) -> Result<bool, DbError> {
    let row = prepared("select not is_paused as is_open, max_active from queue where name = $1")
        .bind::<Text, _>(queue.as_str())
        .get_result::<QueueRow>(conn)
        .await?;
    Ok(row.is_open && row.max_active.is_some())
}

/// How many jobs of a limited queue may become active now. Nobody else claims from it until the transaction ends.
async fn room(conn: &mut AsyncPgConnection, queue: QueueName) -> Result<i64, DbError> {
    let row = prepared("select not is_paused as is_open, max_active from queue where name = $1 for update")
        .bind::<Text, _>(queue.as_str())
        .get_result::<QueueRow>(conn)
        .await?;
    let count = prepared("select count(*) as active from job where queue = $1 and state = 'active'")
        .bind::<Text, _>(queue.as_str())
        .get_result::<ActiveCount>(conn)
        .await?;
    Ok(match row.max_active {
        _ if !row.is_open => 0,
        Some(most) => i64::from(most) - count.active,
        // The limit was taken away since it was looked at.
        None => i64::MAX,
    })
}
