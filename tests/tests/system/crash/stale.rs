use std::time::Duration;

use safelight_tests::process::Signal;
use safelight_tests::wait_until_for;

use super::*;

/// A worker that sleeps through its lease and wakes when another has done the work.
async fn halted_at(point: CrashPoint) {
    let scene = Scene::open(&[Kind::MetadataWorker]).await.unwrap();
    let armed = scene.arm(Kind::ThumbnailWorker, point, "=stop").await.unwrap();
    armed.upload_until_hit(&scene).await.unwrap();
    let successor = scene.system.start(Kind::ThumbnailWorker).await.unwrap();
    wait_until("another has done the work", async || {
        Ok(scene.number("select count(*) from job").await? == 0)
    })
    .await
    .unwrap();
    let path = "select path from asset_file where type = 'preview'";
    let path_of = async || -> String {
        let sql = scene.system.sql().await.unwrap();
        sql.query_one(path, &[]).await.unwrap().get(0)
    };
    let shown = path_of().await;
    armed.service.signal(Signal::CONT).unwrap();
    wait_until_for(
        Duration::from_secs(60),
        "the sleeper sees that it is late",
        async || Ok(armed.service.log().contains("job ended")),
    )
    .await
    .unwrap();
    scene.settled().await.unwrap();
    scene.whole().await.unwrap();
    assert_eq!(path_of().await, shown, "what is shown is not replaced by a late result");
    let late = armed.service.log();
    let ended = late.lines().find(|line| line.contains("job ended")).unwrap();
    assert!(ended.contains("stale") || ended.contains("cancelled"), "{ended}");
    successor.terminate().await.unwrap();
}

#[tokio::test]
async fn a_worker_that_sleeps_before_it_publishes_changes_nothing_when_it_wakes() {
    halted_at(CrashPoint::Handled).await;
}

#[tokio::test]
async fn a_worker_that_sleeps_while_it_writes_leaves_no_file_when_it_wakes() {
    halted_at(CrashPoint::PartSynced).await;
}
