use std::time::Duration;

use diesel::sql_types::{Double, Integer};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};

use super::give_back::{SETTLE, Settled, TwinRace};
use super::{PARK_AFTER_LOSSES, SUSPECT_AFTER};
use crate::db::DbError;

/// What a sweep found.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Jobs whose node was lost and that wait again.
    pub returned: i64,
    /// Jobs that were lost too often and are parked.
    pub parked: i64,
}

/// Returns jobs whose lease has run out to their queues, as losses. Any node may do it at any time; rows that another
/// sweep holds are skipped. Nothing is swept until the server has been up for two leases: after a restart of Postgres
/// every node first gets its chance to beat.
pub async fn sweep(conn: &mut AsyncPgConnection, lease: Duration) -> Result<Swept, DbError> {
    let statement = format!(
        "with expired as (
            select id from job
            where state = 'active' and lease_until < now()
              and pg_postmaster_start_time() < now() - 2 * $1 * interval '1 second'
            order by lease_until limit 1000
            for update skip locked
        ), gone as (
            select job.id, kind, dedup_key, class, force, notify, source, failures, losses + 1 as losses,
                   0::float8 as delay, losses + 1 >= $2 as park,
                   history || jsonb_build_array(jsonb_build_object(
                       'at', now(), 'what', case when losses >= $3 then 'lost alone' else 'lost' end,
                       'node', owner, 'lease', lease)) as history
            from job join expired on expired.id = job.id
        ), {SETTLE}"
    );
    let mut race = TwinRace::default();
    let settled = loop {
        let settled = diesel::sql_query(&statement)
            .bind::<Double, _>(lease.as_secs_f64())
            .bind::<Integer, _>(PARK_AFTER_LOSSES)
            .bind::<Integer, _>(SUSPECT_AFTER)
            .load::<Settled>(conn)
            .await;
        if let Some(settled) = race.settle(settled)? {
            break settled;
        }
    };
    let mut swept = Swept::default();
    for row in settled {
        match row.became.as_str() {
            "parked" => swept.parked += row.jobs,
            _ => swept.returned += row.jobs,
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
