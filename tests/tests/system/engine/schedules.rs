//! Schedules without a leader.

use super::*;
use futures_util::FutureExt as _;
use safelight_core::jobs::engine::run_due_schedules;
use safelight_core::jobs::kind::SessionCleanup;
use safelight_core::jobs::schedule::{Schedule, put_schedule};

const NIGHTLY: Schedule = Schedule {
    name: "nightly",
    start: |conn, wakes| {
        async move {
            diesel::sql_query("insert into started values (1)")
                .execute(conn)
                .await?;
            enqueue(conn, wakes, NewJob::<SessionCleanup>::singleton()).await
        }
        .boxed()
    },
};

#[tokio::test]
async fn ten_nodes_start_a_due_task_once_and_missed_times_once() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    run(&mut conn, "create table started (n int)").await.unwrap();
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
