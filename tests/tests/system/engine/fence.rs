//! A result is applied at most once, and only by the holder of the latest lease.

use super::*;
use safelight_core::db::DbError;
use safelight_core::jobs::engine::{Finished, finish, finish_empty, sweep};
use safelight_core::jobs::{Complete, Completion, FollowUps};

/// Writes one line into a table of the test, and queues a follow-up.
struct Effect(Uuid);

impl Complete for Effect {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        diesel::sql_query("insert into effect values (1)").execute(conn).await?;
        follow.enqueue(conn, thumbnails(self.0)).await
    }
}

async fn finish_row(jobs: &Jobs, row: &ClaimedRow, follow_up: Uuid) -> bool {
    let mut conn = jobs.conn().await.unwrap();
    let completion = Completion::new(Effect(follow_up));
    let queue = QueueName::ThumbnailGeneration;
    matches!(
        finish(&mut conn, queue, row, Uuid::nil(), &completion).await.unwrap(),
        Finished::Applied(_)
    )
}

#[tokio::test]
async fn only_the_latest_lease_counts() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    run(&mut conn, "create table effect (n int)").await.unwrap();
    let stale = put_and_claim(&mut conn, Uuid::new_v4()).await.unwrap();
    run(&mut conn, "update job set lease_until = now() - interval '1 minute'")
        .await
        .unwrap();
    sweep(&mut conn, Duration::ZERO).await.unwrap();
    let current = claim(&mut conn, limits(1)).await.unwrap().remove(0);
    assert_eq!((current.id, current.losses), (stale.id, 1));

    assert!(!finish_row(&jobs, &stale, Uuid::new_v4()).await);
    assert_eq!(
        jobs.value("select count(*) from effect").await.unwrap(),
        "0",
        "a stale result must leave nothing"
    );
    let follow_up = Uuid::new_v4();
    assert!(finish_row(&jobs, &current, follow_up).await);
    assert!(
        !finish_row(&jobs, &current, Uuid::new_v4()).await,
        "a second time is too late"
    );
    assert_eq!(jobs.value("select count(*) from effect").await.unwrap(), "1");
    let left = "select string_agg(dedup_key || source || class, ',') from job";
    assert_eq!(
        jobs.value(left).await.unwrap(),
        format!("{follow_up}upload1"),
        "follow-ups inherit class and source"
    );
    assert_eq!(
        jobs.value("select sum(completed) from queue_completed").await.unwrap(),
        "1"
    );
}

#[tokio::test]
async fn a_lease_that_ran_out_and_that_nobody_took_over_still_completes() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    run(&mut conn, "create table effect (n int)").await.unwrap();
    let row = put_and_claim(&mut conn, Uuid::new_v4()).await.unwrap();
    run(&mut conn, "update job set lease_until = now() - interval '1 minute'")
        .await
        .unwrap();
    assert!(finish_row(&jobs, &row, Uuid::new_v4()).await);
}

#[tokio::test]
async fn ten_finishers_of_one_lease_apply_one_effect() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    run(&mut conn, "create table effect (n int)").await.unwrap();
    let row = put_and_claim(&mut conn, Uuid::new_v4()).await.unwrap();
    let finishers = (0..10).map(|_| finish_row(&jobs, &row, Uuid::nil()));
    let applied = futures_util::future::join_all(finishers)
        .await
        .into_iter()
        .filter(|applied| *applied)
        .count();
    assert_eq!(applied, 1);
    assert_eq!(jobs.value("select count(*) from effect").await.unwrap(), "1");
}

#[tokio::test]
async fn of_a_group_only_what_is_still_ours_ends() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    for _ in 0..4 {
        put(&mut conn, thumbnails(Uuid::new_v4())).await.unwrap();
    }
    let rows = claim(&mut conn, limits(4)).await.unwrap();
    let lost = rows[0].id;
    run(
        &mut conn,
        &format!("update job set lease_until = now() - interval '1 minute' where id = '{lost}'"),
    )
    .await
    .unwrap();
    sweep(&mut conn, Duration::ZERO).await.unwrap();
    let current = claim(&mut conn, limits(1)).await.unwrap().remove(0);
    assert_eq!(current.id, lost, "another has it now");

    let group: Vec<_> = rows.iter().map(|row| (row.id, row.lease)).collect();
    let end = async |conn: &mut AsyncPgConnection, group: &[(Uuid, i64)]| {
        finish_empty(conn, QueueName::ThumbnailGeneration, Uuid::nil(), group)
            .await
            .unwrap()
    };
    let ended = end(&mut conn, &group).await;
    assert_eq!(ended.len(), 3);
    assert!(!ended.contains(&lost));
    assert!(end(&mut conn, &group).await.is_empty(), "a second time is too late");
    assert_eq!(end(&mut conn, &[(lost, current.lease)]).await.len(), 1);
    assert_eq!(jobs.value("select count(*) from job").await.unwrap(), "0");
    assert_eq!(
        jobs.value("select sum(completed) from queue_completed").await.unwrap(),
        "4"
    );
}
