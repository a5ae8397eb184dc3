//! More processes than Postgres has connections for: they make do with fewer, wait, and say so.

use std::cell::RefCell;
use std::time::Duration;

use anyhow::Result;
use safelight_core::config::{DatabaseConfig, Env};
use safelight_core::db::{self, DbError, Planning, Room};
use safelight_tests::scripted::{LOST, Order, Script};
use safelight_tests::servers::TestDatabase;
use safelight_tests::{Kind, TestSystem, wait_until, wait_until_for};
use tokio_postgres::Client;

use crate::scripted::Troupe;

/// Takes every connection that is left.
async fn fill(system: &TestSystem) -> Vec<Client> {
    let mut taken = Vec::new();
    while let Ok(client) = system.sql().await {
        taken.push(client);
    }
    taken
}

/// What `/readyz` says of a worker; nothing while nobody answers.
async fn readiness(system: &TestSystem, index: usize) -> Option<(u16, String)> {
    let worker = system.service(Kind::ScriptedWorker, index).unwrap();
    let answer = reqwest::get(format!("{}/readyz", worker.health_url())).await.ok()?;
    Some((answer.status().as_u16(), answer.text().await.ok()?))
}

async fn says(system: &TestSystem, index: usize, words: &str) {
    let worker = system.service(Kind::ScriptedWorker, index).unwrap();
    wait_until(words, || async { Ok(worker.log().contains(words)) })
        .await
        .unwrap();
    assert_eq!(worker.exit_status().unwrap(), None, "it waits, and does not end");
}

async fn completed(troupe: &Troupe) -> Result<i64> {
    let statement = "select coalesce(sum(completed), 0)::bigint from queue_completed where queue = 'migration'";
    troupe.number(statement).await
}

#[tokio::test]
async fn who_gets_no_connection_waits_and_says_so() {
    let builder = TestSystem::builder().connections(20).gateways(0);
    let system = builder.workers(&[Kind::ScriptedWorker]).start().await.unwrap();
    let troupe = Troupe {
        sql: system.sql().await.unwrap(),
        system,
    };
    let system = &troupe.system;

    // The one that works loses its connections, and others have them all before it comes back.
    let taken = RefCell::new(fill(system).await);
    let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
        where application_name = 'safelight scripted-worker'";
    wait_until("the worker is refused", || async {
        troupe.number(cut).await?;
        let more = fill(system).await;
        taken.borrow_mut().extend(more);
        Ok(readiness(system, 0).await.is_some_and(|(status, _)| status == 503))
    })
    .await
    .unwrap();
    says(system, 0, "Postgres has no connection left").await;
    let (_, reasons) = readiness(system, 0).await.unwrap();
    assert!(reasons.contains("Postgres has no connection left"), "{reasons}");

    // Another one does not even get to its start.
    system
        .launch(Kind::ScriptedWorker, &[], &safelight_tests::system::Place::default())
        .unwrap();
    says(system, 1, "Postgres has no connection left").await;
    assert_ne!(readiness(system, 1).await.map(|(status, _)| status), Some(200));

    for _ in 0..20 {
        troupe.put::<Script>(&Order::default(), 0).await.unwrap();
    }
    assert_eq!(troupe.open().await.unwrap(), 20);
    drop(taken);
    for index in [0, 1] {
        wait_until("it is ready", || async {
            Ok(readiness(system, index).await.is_some_and(|(status, _)| status == 200))
        })
        .await
        .unwrap();
    }
    wait_until("all is done", || async { Ok(completed(&troupe).await? == 20) })
        .await
        .unwrap();
    assert_eq!(troupe.open().await.unwrap(), 0);
}

#[tokio::test]
async fn a_pool_gives_out_fewer_while_the_server_runs_out() {
    const PATIENCE: Duration = Duration::from_secs(30);
    let database = TestDatabase::create().await.unwrap();
    let config = DatabaseConfig::from_env(&Env::of([("DB_URL", database.url())])).unwrap();
    let pool = db::pool(&config, 4, Planning::Once).unwrap();
    let seen = |used| Room {
        most: 97,
        used,
        processes: 3,
    };
    pool.heed(seen(90));
    let held = (pool.get().await.unwrap(), pool.get().await.unwrap());
    let third = pool.get_within(Duration::from_millis(200), PATIENCE).await;
    assert!(matches!(third, Err(DbError::Busy)), "a third of four");
    pool.heed(seen(10));
    drop(pool.get_within(PATIENCE, PATIENCE).await.unwrap());
    drop(held);
}

#[tokio::test]
async fn more_processes_than_connections_work_side_by_side_and_lose_nothing() {
    const MOST: u32 = 16;
    const WORKERS: usize = 14;
    const JOBS: i64 = 150;
    let builder = TestSystem::builder().connections(MOST).gateways(0);
    let system = builder.start().await.unwrap();
    let troupe = Troupe {
        sql: system.sql().await.unwrap(),
        system,
    };
    troupe.sql.batch_execute(LOST).await.unwrap();
    for _ in 0..WORKERS {
        troupe.system.start(Kind::ScriptedWorker).await.unwrap();
    }
    // Each would hold one of its own for its beats, and spare two. At rest they hold no more than six or seven together.
    let held = "select count(*) from pg_stat_activity where application_name like 'safelight%'";
    wait_until("they leave room", || async { Ok(troupe.number(held).await? <= 8) })
        .await
        .unwrap();

    let order = Order::default().after(Duration::from_millis(200));
    for _ in 0..JOBS {
        troupe.put::<Script>(&order, 0).await.unwrap();
    }
    wait_until_for(Duration::from_secs(120), "all is done", || async {
        Ok(troupe.open().await? == 0)
    })
    .await
    .unwrap();
    wait_until("all is counted", || async { Ok(completed(&troupe).await? == JOBS) })
        .await
        .unwrap();
    assert_eq!(troupe.number("select count(*) from lost").await.unwrap(), 0);
    assert_eq!(
        troupe
            .number("select count(*) from job where state = 'parked'")
            .await
            .unwrap(),
        0
    );
    for service in troupe.system.services() {
        assert_eq!(service.exit_status().unwrap(), None, "{}", service.log_tail());
    }
}
