use safelight_tests::servers::CommitProxy;

use super::*;

#[tokio::test]
async fn what_was_committed_unheard_keeps_its_files() {
    let scene = Scene::open(&[Kind::MetadataWorker]).await.unwrap();
    let proxy = CommitProxy::start(scene.system.database(), "insert into asset_file")
        .await
        .unwrap();
    let worker = scene
        .system
        .start_with(Kind::ThumbnailWorker, &[("DB_URL", proxy.url())])
        .await
        .unwrap();
    for lost in 1..=3 {
        proxy.arm();
        scene.admin.upload(&scene.photo()).await.unwrap();
        wait_until("an answer is lost", async || Ok(proxy.lost() == lost))
            .await
            .unwrap();
        scene.settled().await.unwrap();
        // The worker that heard nothing asks again, and then decides what becomes of the files.
        wait_until("the worker has made up its mind", async || {
            Ok(worker.log().matches("job ended").count() == lost)
        })
        .await
        .unwrap();
        scene.whole().await.unwrap();
    }
}
