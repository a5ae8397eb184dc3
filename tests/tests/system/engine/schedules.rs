//! Schedules without a leader.

use super::*;
use safelight_core::jobs::engine::run_due_schedules;
use safelight_core::jobs::kind::SessionCleanup;
use safelight_core::jobs::schedule::{Schedule, Singleton, put_schedule};

const NIGHTLY: Schedule = Schedule {
    name: "nightly",
    jobs: &[Singleton::of::<SessionCleanup>()],
};

/// Notes every order, also one that merges with a job that waits.
const NOTE: &str = "create table started (n int); \
    create function note() returns trigger language plpgsql as 'begin insert into started values (1); return new; end'; \
    create trigger note after insert or update on job for each row execute function note()";

#[tokio::test]
async fn ten_nodes_start_a_due_task_once_and_missed_times_once() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    run(&mut conn, NOTE).await.unwrap();
    put_schedule(&mut conn, "nightly", "0 0 * * *", "Europe/Berlin")
        .await
        .unwrap();
    let tick = async || {
        let mut conn = jobs.conn().await.unwrap();
        run_due_schedules(&mut conn, &[NIGHTLY], &mut Wakes::default())
            .await
            .unwrap();
    };
    tick().await;
    assert_eq!(
        jobs.value("select count(*) from started").await.unwrap(),
        "0",
        "not due yet"
    );
    run(&mut conn, "update schedule set next_run = now() - interval '5 days'")
        .await
        .unwrap();
    futures_util::future::join_all((0..10).map(|_| tick())).await;
    assert_eq!(jobs.value("select count(*) from started").await.unwrap(), "1");
    assert_eq!(
        jobs.value("select count(*) from job where kind = 'SessionCleanup'")
            .await
            .unwrap(),
        "1"
    );
    assert_eq!(
        jobs.value("select next_run > now() from schedule").await.unwrap(),
        "true"
    );
}

#[tokio::test]
async fn a_schedule_written_again_keeps_its_time_unless_it_changed() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    put_schedule(&mut conn, "nightly", "0 0 * * *", "UTC").await.unwrap();
    run(&mut conn, "update schedule set next_run = '2001-01-01Z'")
        .await
        .unwrap();
    put_schedule(&mut conn, "nightly", "0 0 * * *", "UTC").await.unwrap();
    assert_eq!(
        jobs.value("select next_run < now() from schedule").await.unwrap(),
        "true",
        "a missed run must stay due"
    );
    put_schedule(&mut conn, "nightly", "30 1 * * *", "UTC").await.unwrap();
    assert_eq!(
        jobs.value("select next_run > now() from schedule").await.unwrap(),
        "true"
    );
}

#[tokio::test]
async fn one_that_cannot_be_started_says_so_and_holds_up_no_other() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let rows = "insert into schedule (name, cron, zone, next_run) values \
        ('a', 'whenever', 'UTC', now()), ('b', '0 0 * * *', 'Mars/Olympus', now()), ('nightly', '0 0 * * *', 'UTC', now())";
    run(&mut conn, rows).await.unwrap();
    let of = |name| Schedule { name, ..NIGHTLY };
    let error = run_due_schedules(&mut conn, &[of("a"), of("b"), NIGHTLY], &mut Wakes::default())
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("whenever") || error.contains("Mars"), "{error}");
    let started = "select string_agg(name, ' ') from schedule where next_run > now()";
    assert_eq!(jobs.value(started).await.unwrap(), "nightly");
    assert_eq!(jobs.value("select count(*) from job").await.unwrap(), "1");
}
