//! Nodes that vanish: beats, sweeps, suspects.

use super::*;
use safelight_core::jobs::engine::beat::beat;
use safelight_core::jobs::engine::{LOSSES_ALONE, SUSPECT_AFTER, sweep};

const EXPIRE: &str = "update job set lease_until = now() - interval '1 second' where state = 'active'";

#[tokio::test]
async fn a_beat_extends_what_is_held_and_tells_what_is_lost_and_what_there_is() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let held = put_and_claim(&mut conn, Uuid::new_v4()).await.unwrap();
    run(&mut conn, EXPIRE).await.unwrap();
    let reply = beat(&mut conn, pulse(vec![held.lease, held.lease + 1_000]))
        .await
        .unwrap();
    assert_eq!(reply.held, [held.lease]);
    assert!(!reply.known, "a node without a row must write it");
    assert!(reply.ready.is_empty());
    assert_eq!(
        sweep(&mut conn, Duration::ZERO).await.unwrap().returned,
        0,
        "the beat came before the sweep"
    );
    assert_eq!(jobs.value("select progress from job").await.unwrap(), "0.5");
    put(&mut conn, thumbnails(Uuid::new_v4())).await.unwrap();
    let reply = beat(&mut conn, pulse(vec![])).await.unwrap();
    assert_eq!(reply.ready, ["thumbnailGeneration"]);
}

/// Claims the one job, as a suspect where it is one, and lets its lease run out.
async fn lose(conn: &mut AsyncPgConnection, loss: i32) -> ClaimedRow {
    let suspect = loss >= SUSPECT_AFTER;
    let others = ClaimLimits {
        suspect: !suspect,
        ..limits(1)
    };
    assert!(claim(conn, others).await.unwrap().is_empty(), "after {loss} losses");
    let row = claim(conn, ClaimLimits { suspect, ..limits(1) })
        .await
        .unwrap()
        .remove(0);
    assert_eq!((row.losses, row.failures), (loss, 0));
    run(conn, EXPIRE).await.unwrap();
    row
}

#[tokio::test]
async fn a_suspect_runs_alone_and_is_parked_after_three_losses_more() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    put(&mut conn, thumbnails(Uuid::new_v4())).await.unwrap();
    for loss in 0..SUSPECT_AFTER + LOSSES_ALONE {
        lose(&mut conn, loss).await;
        sweep(&mut conn, Duration::ZERO).await.unwrap();
    }
    assert_eq!(jobs.value("select state from job").await.unwrap(), "parked");
    assert_eq!(
        jobs.value("select jsonb_array_length(history) from job").await.unwrap(),
        "5"
    );
}

/// A node on `machine` that last beat `seconds` ago.
async fn node(conn: &mut AsyncPgConnection, boot: u128, machine: &str, seconds: u32) {
    let statement = format!(
        "insert into node (boot, service, host, version, machine, heartbeat) \
         values ('{}', 'thumbnail-worker', 'pc', '0', '{machine}', now() - interval '{seconds} seconds') \
         on conflict (boot) do update set heartbeat = excluded.heartbeat, machine = excluded.machine",
        Uuid::from_u128(boot)
    );
    run(conn, &statement).await.unwrap();
}

#[tokio::test]
async fn a_machine_that_is_switched_off_ten_times_parks_nothing() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    put(&mut conn, thumbnails(Uuid::new_v4())).await.unwrap();
    // Somebody beats on another machine all the time, and nobody on one that was switched off.
    node(&mut conn, 1, "server", 0).await;
    for loss in 0..10 {
        node(&mut conn, 7, &format!("pc, start {loss}"), 20).await;
        lose(&mut conn, loss).await;
        sweep(&mut conn, Duration::ZERO).await.unwrap();
    }
    assert_eq!(jobs.value("select state from job").await.unwrap(), "waiting");
}

#[tokio::test]
async fn a_process_that_ends_on_a_machine_that_lives_on_parks_what_it_was_lost_with() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    put(&mut conn, thumbnails(Uuid::new_v4())).await.unwrap();
    node(&mut conn, 7, "pc", 20).await;
    node(&mut conn, 8, "pc", 0).await;
    for loss in 0..SUSPECT_AFTER + LOSSES_ALONE {
        lose(&mut conn, loss).await;
        sweep(&mut conn, Duration::ZERO).await.unwrap();
    }
    assert_eq!(jobs.value("select state from job").await.unwrap(), "parked");
}

#[tokio::test]
async fn a_process_that_only_slept_parks_nothing() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    put(&mut conn, thumbnails(Uuid::new_v4())).await.unwrap();
    node(&mut conn, 8, "pc", 0).await;
    for loss in 0..10 {
        // Since the loss before it has woken, worked on and fallen asleep again.
        node(&mut conn, 7, "pc", 1_000 - 60 * u32::try_from(loss).unwrap()).await;
        lose(&mut conn, loss).await;
        sweep(&mut conn, Duration::ZERO).await.unwrap();
    }
    assert_eq!(jobs.value("select state from job").await.unwrap(), "waiting");
}

#[tokio::test]
async fn leases_are_spared_while_the_server_is_young() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    put_and_claim(&mut conn, Uuid::new_v4()).await.unwrap();
    run(&mut conn, EXPIRE).await.unwrap();
    let age_of_the_earth = Duration::from_secs(86_400 * 365);
    assert_eq!(sweep(&mut conn, age_of_the_earth).await.unwrap().returned, 0);
    assert_eq!(sweep(&mut conn, Duration::ZERO).await.unwrap().returned, 1);
}

#[tokio::test]
async fn sweeps_at_once_count_each_loss_once_and_fold_twins() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let ids: Vec<Uuid> = (0..50).map(|_| Uuid::new_v4()).collect();
    for id in &ids {
        put(&mut conn, thumbnails(*id)).await.unwrap();
    }
    assert_eq!(claim(&mut conn, limits(50)).await.unwrap().len(), 50);
    for id in ids.iter().take(20) {
        put(&mut conn, thumbnails(*id).class(Class::Bulk)).await.unwrap();
    }
    run(&mut conn, EXPIRE).await.unwrap();
    let sweeps = (0..5).map(|_| async {
        let mut conn = jobs.conn().await.unwrap();
        sweep(&mut conn, Duration::ZERO).await.unwrap().returned
    });
    let returned: i64 = futures_util::future::join_all(sweeps).await.into_iter().sum();
    assert_eq!(returned, 50);
    assert_eq!(
        jobs.value("select count(*) from job where state = 'waiting' and losses = 1")
            .await
            .unwrap(),
        "50"
    );
    assert_eq!(count(&mut conn, "delete from job").await.unwrap(), 50);
}
