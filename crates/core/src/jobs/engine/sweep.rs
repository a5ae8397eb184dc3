use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

use diesel::sql_types::{Double, Integer};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};

use super::LOSSES_ALONE;
use super::give_back::{SETTLE, Settled, TwinRace};
use crate::db::{DbError, prepared};
use crate::ids::QueueName;

/// What a sweep found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Swept {
    /// Jobs whose node was lost and that wait again.
    pub returned: i64,
    /// Jobs that were lost too often and are parked.
    pub parked: i64,
    /// The queues in which some wait again.
    pub queues: BTreeSet<QueueName>,
}

/// Rows whose lease has run out, as losses. A job is given up when it was lost often enough as the only job of a node *and*
/// each time it was the process that ended and not its machine: another process of the same start of the same machine has
/// beaten since, and the lost one has not. A machine that is switched off takes all its processes with it, and one that sleeps
/// wakes them all, so neither ever parks a job. Where no machine is known, the process counts as having ended.
const GONE: &str = "
with expired as (
    select id from job
    where state = 'active' and lease_until < now()
      and pg_postmaster_start_time() < now() - 2 * $1 * interval '1 second'
    order by lease_until limit 1000
    for update skip locked
), lost as (
    select job.id, job.kind, job.dedup_key, job.class, job.force, job.notify, job.source, job.failures,
           job.losses + 1 as losses, job.illnesses,
           job.history || jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
               'at', now(), 'what', case when job.alone then 'lost alone' else 'lost' end,
               'node', job.owner, 'lease', job.lease,
               'host', node.host, 'machine', node.machine, 'beat', node.heartbeat))) as history
    from job join expired on expired.id = job.id left join node on node.boot = job.owner
), gone as (
    select lost.*, 0::float8 as delay, null::text[] as requires, null::bigint as requires_settings,
           (select count(*)
            from jsonb_to_recordset(lost.history)
                as loss (what text, node uuid, machine text, beat timestamptz)
            where loss.what = 'lost alone'
              and (loss.machine is null
                   or (exists (select 1 from node other
                               where other.machine = loss.machine and other.boot <> loss.node
                                 and other.heartbeat > loss.beat + $1 * interval '0.5 second')
                       and not exists (select 1 from node self
                                       where self.boot = loss.node
                                         and self.heartbeat > loss.beat + $1 * interval '0.5 second')))) >= $2 as park
    from lost
)";

static SWEEP: LazyLock<String> = LazyLock::new(|| format!("{GONE}, {SETTLE}"));

/// Returns jobs whose lease has run out to their queues, as losses. Any node may do it at any time; rows that another
/// sweep holds are skipped. Nothing is swept until the server has been up for two leases: after a restart of Postgres
/// every node first gets its chance to beat.
pub async fn sweep(conn: &mut AsyncPgConnection, lease: Duration) -> Result<Swept, DbError> {
    let mut race = TwinRace::default();
    let settled = loop {
        let settled = prepared(SWEEP.as_str())
            .bind::<Double, _>(lease.as_secs_f64())
            .bind::<Integer, _>(LOSSES_ALONE)
            .load::<Settled>(conn)
            .await;
        if let Some(settled) = race.settle(settled)? {
            break settled;
        }
    };
    let mut swept = Swept::default();
    for row in settled {
        if row.became == "parked" {
            swept.parked += row.jobs;
        } else {
            swept.returned += row.jobs;
            swept.queues.extend(row.queue.parse::<QueueName>().ok());
        }
        tracing::warn!(
            queue = row.queue,
            became = row.became,
            jobs = row.jobs,
            "leases ran out"
        );
    }
    Ok(swept)
}
