use super::*;

/// Kills a worker of `kind` at each of `points`; another then finishes what it began.
async fn killed_at(kind: Kind, other: Kind, points: &[CrashPoint]) {
    let scene = Scene::open(&[other]).await.unwrap();
    for point in points {
        let armed = scene.arm(kind, *point, "").await.unwrap();
        armed.upload_until_hit(&scene).await.unwrap();
        armed.dead().await.unwrap();
        let successor = scene.system.start(kind).await.unwrap();
        let losses = scene.settled().await.unwrap();
        assert!(losses <= 1, "{losses} leases were lost at {point:?}");
        scene.whole().await.unwrap();
        successor.terminate().await.unwrap();
    }
}

#[tokio::test]
async fn a_thumbnail_worker_killed_before_its_files_are_named() {
    let points = [
        CrashPoint::Claimed,
        CrashPoint::BeatHalfway,
        CrashPoint::BeatTold,
        CrashPoint::Intended,
        CrashPoint::PartWritten,
        CrashPoint::PartSynced,
    ];
    killed_at(Kind::ThumbnailWorker, Kind::MetadataWorker, &points).await;
}

#[tokio::test]
async fn a_thumbnail_worker_killed_while_it_publishes() {
    let points = [
        CrashPoint::PartRenamed,
        CrashPoint::Handled,
        CrashPoint::Fenced,
        CrashPoint::Applied,
        CrashPoint::Committed,
        CrashPoint::Told,
    ];
    killed_at(Kind::ThumbnailWorker, Kind::MetadataWorker, &points).await;
}

#[tokio::test]
async fn a_metadata_worker_killed_at_any_step() {
    let points = [
        CrashPoint::Claimed,
        CrashPoint::Handled,
        CrashPoint::Fenced,
        CrashPoint::Applied,
        CrashPoint::Committed,
        CrashPoint::Told,
    ];
    killed_at(Kind::MetadataWorker, Kind::ThumbnailWorker, &points).await;
}

#[tokio::test]
async fn a_worker_killed_while_it_gives_a_failed_job_back_does_not_try_for_ever() {
    for point in [CrashPoint::Failed, CrashPoint::GivenBack] {
        let scene = Scene::open(&[Kind::MetadataWorker]).await.unwrap();
        let armed = scene.arm(Kind::ThumbnailWorker, point, "").await.unwrap();
        let mut damaged = scene.photo();
        damaged.bytes = damaged.bytes.slice(..damaged.bytes.len() / 3);
        scene.admin.upload(&damaged).await.unwrap();
        armed.dead().await.unwrap();
        scene.system.start(Kind::ThumbnailWorker).await.unwrap();
        let parked = "select count(*) from job where state = 'parked' and failures > 0 and losses <= 1";
        wait_until("it is given up", async || Ok(scene.number(parked).await? == 1))
            .await
            .unwrap();
        assert_eq!(scene.number("select count(*) from job").await.unwrap(), 1);
        assert_eq!(scene.number("select count(*) from asset_file").await.unwrap(), 0);
    }
}
