use chrono::{DateTime, Utc};
use diesel::sql_types::Timestamptz;
use diesel::{ExpressionMethods as _, IntoSql as _, QueryDsl as _};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};

use crate::crash::CrashPoint;
use crate::db::DbError;
use crate::db::schema::schedule;
use crate::jobs::schedule::{Schedule, next_run};
use crate::jobs::wake::Wakes;

/// Starts every schedule that is due. A run is taken by moving the row's `next_run` in the transaction that inserts the
/// job: whoever moves it runs it, once, whoever else is alive. Runs missed while nobody was alive are made up once.
pub async fn run_due_schedules(
    conn: &mut AsyncPgConnection,
    schedules: &[Schedule],
    wakes: &mut Wakes,
) -> Result<(), DbError> {
    let names: Vec<&str> = schedules.iter().map(|schedule| schedule.name).collect();
    let due = schedule::table
        .filter(schedule::name.eq_any(names))
        .filter(schedule::next_run.le(diesel::dsl::now))
        .select((
            schedule::name,
            schedule::cron,
            schedule::zone,
            schedule::next_run,
            diesel::dsl::now.into_sql::<Timestamptz>(),
        ))
        .load::<(String, String, String, DateTime<Utc>, DateTime<Utc>)>(conn)
        .await?;
    for (name, cron, zone, due_at, now) in due {
        let Some(entry) = schedules.iter().find(|schedule| schedule.name == name) else {
            continue;
        };
        let next = next_run(&cron, &zone, now).map_err(|error| DbError::Unknown(error.to_string()))?;
        conn.transaction(async |conn| {
            let taken = diesel::update(schedule::table.find(&name).filter(schedule::next_run.eq(due_at)))
                .set(schedule::next_run.eq(next))
                .execute(conn)
                .await?;
            if taken == 1 {
                CrashPoint::ScheduleTaken.reached();
                (entry.start)(conn, wakes).await?;
                tracing::info!(schedule = name, next_run = %next, "schedule started");
            }
            Ok::<(), DbError>(())
        })
        .await?;
    }
    Ok(())
}
