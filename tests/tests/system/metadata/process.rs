//! exiftool as a process: it does not outlive the worker, and a machine without it is ill.

use std::time::Duration;

use safelight_tests::system::{Kind, Place, descendants, is_alive};
use safelight_tests::{Signal, media, wait_until, wait_until_for};

use super::House;

#[tokio::test]
async fn no_exiftool_outlives_a_killed_worker() {
    let house = House::open(&[]).await.unwrap();
    let (asset, _) = house.asset("a.jpg", &media::jpeg()).await.unwrap();
    house.extract(asset).await.unwrap();
    house.done().await.unwrap();
    let worker = house.system.service(Kind::MetadataWorker, 0).unwrap();
    let children = descendants(worker.pid().unwrap());
    assert!(
        children.iter().any(|child| child.name.contains("exiftool")),
        "{children:?}"
    );
    worker.signal(Signal::KILL).unwrap();
    wait_until_for(Duration::from_secs(2), "exiftool is gone", async || {
        Ok(!children.iter().any(is_alive))
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_machine_without_exiftool_is_ill_and_the_job_waits_for_another() {
    let house = House::open(&[]).await.unwrap();
    let well = house.system.service(Kind::MetadataWorker, 0).unwrap();
    well.terminate().await.unwrap();
    // It is not ready, so nobody waits for that.
    let lacks = [("SAFELIGHT_EXIFTOOL", "/nowhere/exiftool")];
    let place = Place::default();
    house.system.launch(Kind::MetadataWorker, &lacks, &place).unwrap();
    let (asset, _) = house.asset("a.jpg", &media::jpeg()).await.unwrap();
    house.extract(asset).await.unwrap();
    wait_until("the node says what it lacks", async || {
        let ill = house.text("select reason from node where state = 'ill'").await?;
        Ok(ill.is_some_and(|reason| reason.contains("exiftool")))
    })
    .await
    .unwrap();
    house
        .system
        .start_with(Kind::MetadataWorker, &[("SAFELIGHT_EXIFTOOL", "exiftool")])
        .await
        .unwrap();
    house.done().await.unwrap();
    assert_eq!(house.told(asset, "a.width").await.unwrap(), "64");
}
