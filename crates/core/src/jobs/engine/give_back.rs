use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{Array, BigInt, Bool, Double, Integer, Jsonb, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};

use crate::db::DbError;

/// How often giving back is tried anew where somebody enqueued a twin at the same moment.
const TRIES: usize = 5;

/// What happens to active rows that go back, given as `gone`: folded into a waiting twin where there is one (its
/// counts and history go along), else parked, delayed or waiting again. One statement, so that one row can
/// never stop the others; waiting rows are locked in the order of kinds and keys, as by those who enqueue. The newest 20 lines of history are kept.
pub(super) const SETTLE: &str = "
pair as (
    select job.id as waiting, gone.id as back
    from gone join job on job.kind = gone.kind and job.dedup_key = gone.dedup_key and job.state in ('waiting', 'delayed')
    order by job.kind, job.dedup_key collate \"C\" for update of job
),
twin as (
    update job set
        failures = greatest(job.failures, gone.failures),
        losses = greatest(job.losses, gone.losses),
        illnesses = greatest(job.illnesses, gone.illnesses),
        history = jsonb_path_query_array(gone.history || job.history, '$[last - 19 to last]'),
        class = least(job.class, gone.class),
        force = job.force or gone.force,
        notify = job.notify or gone.notify,
        source = case when 'upload' in (job.source, gone.source) then 'upload'
                      else coalesce(job.source, gone.source) end
    from pair join gone on gone.id = pair.back
    where job.id = pair.waiting
    returning gone.id
),
folded as (
    delete from job using twin where job.id = twin.id returning job.queue, 'folded' as became
),
settled as (
    update job set
        state = case when gone.park then 'parked' when gone.delay > 0 then 'delayed' else 'waiting' end,
        lease = null, lease_until = null, owner = null, started_at = null, progress = null, alone = false,
        run_at = now() + gone.delay * interval '1 second',
        failures = gone.failures,
        losses = gone.losses,
        illnesses = gone.illnesses,
        requires = coalesce(gone.requires, job.requires),
        requires_settings = coalesce(gone.requires_settings, job.requires_settings),
        history = jsonb_path_query_array(gone.history, '$[last - 19 to last]')
    from gone
    where job.id = gone.id and not exists (select 1 from twin where twin.id = gone.id)
    returning job.queue, job.state as became
)
select queue, became, count(*) as jobs
from (select * from folded union all select * from settled) as both_ways
group by queue, became";

/// A job of ours that goes back, and how.
#[derive(Debug, Clone)]
pub struct GiveBack {
    /// The lease under which it was ours.
    pub lease: i64,
    /// 1 where the attempt counts as a failure.
    pub failures: i32,
    /// 1 where the node was too ill for it and was found to be well.
    pub illnesses: i32,
    /// Wait this long before the next try.
    pub delay: Duration,
    /// Do not try again.
    pub park: bool,
    /// What it was found to require that this node lacks.
    pub requires: Option<Requirement>,
    /// A line of history, without its time.
    pub entry: serde_json::Value,
}

/// What a worker found out that a job requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The capabilities a node must have.
    pub capabilities: Vec<String>,
    /// The version of the settings by which it was found out: with newer ones it may be another.
    pub settings_version: i64,
}

/// How many jobs of a queue became what: `waiting`, `delayed`, `parked` or `folded`.
#[derive(Debug, Clone, PartialEq, Eq, diesel::QueryableByName)]
pub(super) struct Settled {
    #[diesel(sql_type = Text)]
    pub(super) queue: String,
    #[diesel(sql_type = Text)]
    pub(super) became: String,
    #[diesel(sql_type = BigInt)]
    pub(super) jobs: i64,
}

/// Gives one job back under its fence. Returns false where it is another's already.
pub async fn give_back(conn: &mut AsyncPgConnection, job: &GiveBack) -> Result<bool, DbError> {
    let statement = format!(
        "with gone as (
            select id, kind, dedup_key, class, force, notify, source, losses, failures + $2 as failures,
                   illnesses + $8 as illnesses, $3::float8 as delay, $4 as park, $6::text[] as requires, $7::bigint as requires_settings,
                   history || jsonb_build_array(jsonb_build_object('at', now()) || $5) as history
            from job where state = 'active' and lease = $1 for update
        ), {SETTLE}"
    );
    let (requires, version) = match &job.requires {
        Some(found) => (Some(&found.capabilities), Some(found.settings_version)),
        None => (None, None),
    };
    let mut race = TwinRace::default();
    loop {
        let settled = diesel::sql_query(&statement)
            .bind::<BigInt, _>(job.lease)
            .bind::<Integer, _>(job.failures)
            .bind::<Double, _>(job.delay.as_secs_f64())
            .bind::<Bool, _>(job.park)
            .bind::<Jsonb, _>(&job.entry)
            .bind::<Nullable<Array<Text>>, _>(requires)
            .bind::<Nullable<BigInt>, _>(version)
            .bind::<Integer, _>(job.illnesses)
            .load::<Settled>(conn)
            .await;
        if let Some(settled) = race.settle(settled)? {
            return Ok(!settled.is_empty());
        }
    }
}

/// Somebody may commit a twin while a row goes back, which the statement could not see yet: tried again, it sees it.
#[derive(Debug, Default)]
pub(super) struct TwinRace {
    tries: usize,
}

impl TwinRace {
    /// The result, or `None` where the statement is to be tried again.
    pub(super) fn settle<T>(&mut self, result: Result<T, Error>) -> Result<Option<T>, DbError> {
        match result {
            Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) if self.tries < TRIES => {
                self.tries += 1;
                Ok(None)
            }
            other => Ok(Some(other?)),
        }
    }
}
