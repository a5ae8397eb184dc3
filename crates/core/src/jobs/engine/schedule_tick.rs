use chrono::{DateTime, Utc};
use diesel::sql_types::Timestamptz;
use diesel::{ExpressionMethods as _, IntoSql as _, QueryDsl as _};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};

use crate::crash::CrashPoint;
use crate::db::DbError;
use crate::db::schema::schedule;
use crate::jobs::schedule::{Schedule, next_run};
use crate::jobs::wake::Wakes;

/// A row of a schedule that is due, and what time it is.
type Due = (String, String, String, DateTime<Utc>, DateTime<Utc>);

/// Starts every schedule that is due. A run is taken by moving the row's `next_run` in the transaction that inserts the
/// jobs: whoever moves it runs it, once, whoever else is alive. Runs missed while nobody was alive are made up once.
///
/// # Errors
/// With the first one that could not be started, when all the others have been.
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
        .load::<Due>(conn)
        .await?;
    let mut first_error = None;
    for due in due {
        let Some(entry) = schedules.iter().find(|schedule| schedule.name == due.0) else {
            continue;
        };
        if let Err(error) = start(conn, entry, due, wakes).await {
            tracing::warn!(schedule = entry.name, %error, "a schedule could not be started");
            if error.is_away() {
                return Err(error);
            }
            first_error = first_error.or(Some((entry.name, error)));
        }
    }
    match first_error {
        Some((name, error)) => Err(DbError::Unknown(format!(
            "a schedule that cannot be started, {name}: {error}"
        ))),
        None => Ok(()),
    }
}

async fn start(
    conn: &mut AsyncPgConnection,
    entry: &Schedule,
    (name, cron, zone, due_at, now): Due,
    wakes: &mut Wakes,
) -> Result<(), DbError> {
    let next = next_run(&cron, &zone, now).map_err(|error| DbError::Unknown(error.to_string()))?;
    conn.transaction(async |conn| {
        let taken = diesel::update(schedule::table.find(&name).filter(schedule::next_run.eq(due_at)))
            .set(schedule::next_run.eq(next))
            .execute(conn)
            .await?;
        if taken == 1 {
            CrashPoint::ScheduleTaken.reached();
            for singleton in entry.jobs {
                singleton.order(conn, wakes).await?;
            }
            tracing::info!(schedule = name, next_run = %next, "schedule started");
        }
        Ok::<(), DbError>(())
    })
    .await
}
