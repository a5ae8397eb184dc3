use super::*;

#[tokio::test]
async fn a_schedule_whose_taker_is_killed_is_taken_by_another_once() {
    let scene = Scene::open(&[Kind::ThumbnailWorker]).await.unwrap();
    let armed = scene
        .arm(Kind::MetadataWorker, CrashPoint::ScheduleTaken, "")
        .await
        .unwrap();
    let due = "update schedule set next_run = now() - interval '1 minute' where name = \
        (select name from schedule order by name limit 1)";
    let sql = scene.system.sql().await.unwrap();
    wait_until("there are schedules", async || Ok(sql.execute(due, &[]).await? == 1))
        .await
        .unwrap();
    armed.dead().await.unwrap();
    let left = "select count(*) from schedule where next_run < now()";
    assert_eq!(scene.number(left).await.unwrap(), 1, "the time it took was not kept");
    let before = scene
        .number("select coalesce(sum(completed), 0)::bigint from queue_completed")
        .await
        .unwrap();
    scene.system.start(Kind::MetadataWorker).await.unwrap();
    wait_until("another takes it", async || Ok(scene.number(left).await? == 0))
        .await
        .unwrap();
    scene.settled().await.unwrap();
    let after = scene
        .number("select coalesce(sum(completed), 0)::bigint from queue_completed")
        .await
        .unwrap();
    assert!(after > before, "its jobs were done");
}
