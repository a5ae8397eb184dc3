//! Schedules: rows that say when a task is next due. Nobody leads; whoever is alive at the time starts it.

use std::str::FromStr as _;

use chrono::{DateTime, LocalResult, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::errors::CronError;
use diesel::QueryDsl as _;
use diesel::sql_types::{Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use futures_util::future::BoxFuture;

use super::enqueue::enqueue;
use super::kind::JobKind;
use super::new_job::NewJob;
use super::wake::Wakes;
use crate::db::DbError;
use crate::db::schema::schedule;

/// Orders one job, in the transaction of the caller.
type Order = for<'a> fn(&'a mut AsyncPgConnection, &'a mut Wakes) -> BoxFuture<'a, Result<(), DbError>>;

/// A kind of job of which there is only one at a time, as a schedule orders it.
#[derive(Debug, Clone, Copy)]
pub struct Singleton(Order);

impl Singleton {
    /// The singleton of a kind.
    pub const fn of<K: JobKind>() -> Self
    where
        K::Payload: Default,
    {
        Self(|conn, wakes| Box::pin(enqueue(conn, wakes, NewJob::<K>::singleton())))
    }

    pub(super) async fn order(self, conn: &mut AsyncPgConnection, wakes: &mut Wakes) -> Result<(), DbError> {
        (self.0)(conn, wakes).await
    }
}

/// Something that is to happen at certain times. It orders jobs and does nothing else: what takes time is theirs.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// The name of its row.
    pub name: &'static str,
    /// What is ordered, in the transaction that takes the run.
    pub jobs: &'static [Singleton],
}

/// A time that cannot be computed.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// The pattern is not cron's.
    #[error("cron pattern {0:?}: {1}")]
    Pattern(String, String),
    /// The zone is not one of the IANA database.
    #[error("time zone {0:?} is not known")]
    Zone(String),
}

/// The first time after `after` that matches a cron pattern (five fields) in a zone. A time that the change to summer
/// time skips is due at the end of the gap; one that comes twice is due once.
pub fn next_run(cron: &str, zone: &str, after: DateTime<Utc>) -> Result<DateTime<Utc>, ScheduleError> {
    let bad = |error: &dyn std::fmt::Display| ScheduleError::Pattern(cron.to_owned(), error.to_string());
    let pattern = Cron::from_str(cron).map_err(|error| bad(&error))?;
    let zone = zone.parse::<Tz>().map_err(|_| ScheduleError::Zone(zone.to_owned()))?;
    let mut next = after.with_timezone(&zone);
    loop {
        next = pattern
            .find_next_occurrence(&next, false)
            .map_err(|error| bad(&error))?;
        if is_meant(&pattern, &next).map_err(|error| bad(&error))? {
            return Ok(next.with_timezone(&Utc));
        }
    }
}

/// Whether a pattern means a moment that the library found: one whose time the clock shows for the first time, or the end of a gap
/// in which the pattern has a time. (The library also gives the ends of gaps in which it has none.)
fn is_meant(pattern: &Cron, found: &DateTime<Tz>) -> Result<bool, CronError> {
    let zone = found.timezone();
    let mut clock = found.naive_local();
    if pattern.is_time_matching(found)? {
        let is_repeated = |second: DateTime<Tz>| second == *found;
        return Ok(
            !matches!(zone.from_local_datetime(&clock), LocalResult::Ambiguous(_, second) if is_repeated(second)),
        );
    }
    loop {
        clock -= TimeDelta::minutes(1);
        if !matches!(zone.from_local_datetime(&clock), LocalResult::None) {
            return Ok(false);
        }
        if pattern.is_time_matching(&clock.and_utc())? {
            return Ok(true);
        }
    }
}

#[derive(diesel::QueryableByName)]
struct NowRow {
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
}

/// Writes or updates a schedule's row. Where pattern or zone changed, the next run is computed anew.
pub async fn put_schedule(conn: &mut AsyncPgConnection, name: &str, cron: &str, zone: &str) -> Result<(), DbError> {
    // By the clock that decides what is due: this node's own may be wrong.
    let NowRow { now } = diesel::sql_query("select now() as now").get_result(conn).await?;
    let next = next_run(cron, zone, now).map_err(|error| DbError::Unknown(error.to_string()))?;
    diesel::sql_query(
        "insert into schedule (name, cron, zone, next_run) values ($1, $2, $3, $4) \
         on conflict (name) do update set cron = excluded.cron, zone = excluded.zone, next_run = excluded.next_run \
         where (schedule.cron, schedule.zone) <> (excluded.cron, excluded.zone)",
    )
    .bind::<Text, _>(name)
    .bind::<Text, _>(cron)
    .bind::<Text, _>(zone)
    .bind::<Timestamptz, _>(next)
    .execute(conn)
    .await?;
    Ok(())
}

/// Moves every schedule to another zone; each is next due when its pattern first matches there.
pub async fn move_schedules(conn: &mut AsyncPgConnection, zone: Tz) -> Result<(), DbError> {
    let rows = schedule::table
        .select((schedule::name, schedule::cron))
        .order(schedule::name)
        .for_update()
        .load::<(String, String)>(conn)
        .await?;
    for (name, cron) in rows {
        put_schedule(conn, &name, &cron, zone.name()).await?;
    }
    Ok(())
}

/// Removes a schedule that the settings have turned off.
pub async fn remove_schedule(conn: &mut AsyncPgConnection, name: &str) -> Result<(), DbError> {
    diesel::delete(schedule::table.find(name)).execute(conn).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_zone_decides() {
        let after = at("2026-01-10T12:00:00Z");
        assert_eq!(
            next_run("0 2 * * *", "Europe/Berlin", after).unwrap(),
            at("2026-01-11T01:00:00Z")
        );
        assert_eq!(
            next_run("0 2 * * *", "America/Denver", after).unwrap(),
            at("2026-01-11T09:00:00Z")
        );
    }

    #[test]
    fn summer_time_neither_skips_nor_doubles_a_day() {
        // In Berlin 02:30 does not exist on 2026-03-29, and comes twice on 2026-10-25.
        let spring = next_run("30 2 * * *", "Europe/Berlin", at("2026-03-28T12:00:00Z")).unwrap();
        assert_eq!(spring.date_naive().to_string(), "2026-03-29");
        let autumn = next_run("30 2 * * *", "Europe/Berlin", at("2026-10-24T12:00:00Z")).unwrap();
        let after = next_run("30 2 * * *", "Europe/Berlin", autumn).unwrap();
        assert_eq!(after.date_naive().to_string(), "2026-10-26", "first run was {autumn}");
    }

    #[test]
    fn every_night_of_a_year_comes_once_in_every_zone() {
        for (zone, cron) in [
            ("Europe/Berlin", "0 0 * * *"),
            ("Europe/Berlin", "30 2 * * *"),
            ("America/Denver", "30 1 * * *"),
            ("Australia/Lord_Howe", "45 1 * * *"),
            ("America/Sao_Paulo", "0 0 * * *"),
        ] {
            let tz: Tz = zone.parse().unwrap();
            let mut now = at("2025-12-31T23:59:00Z");
            let mut nights = Vec::new();
            while nights.len() < 366 {
                now = next_run(cron, zone, now).unwrap();
                nights.push(now.with_timezone(&tz).date_naive());
            }
            for pair in nights.windows(2) {
                assert_eq!(pair[0].succ_opt(), Some(pair[1]), "{cron} in {zone}");
            }
        }
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(matches!(
            next_run("whenever", "UTC", Utc::now()),
            Err(ScheduleError::Pattern(..))
        ));
        assert!(matches!(
            next_run("0 2 * * *", "Mars/Olympus", Utc::now()),
            Err(ScheduleError::Zone(_))
        ));
    }
}
