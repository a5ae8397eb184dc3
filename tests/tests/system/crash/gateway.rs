use super::*;

#[tokio::test]
async fn a_gateway_killed_during_an_upload_has_it_whole_or_not_at_all() {
    let points = [
        CrashPoint::Intended,
        CrashPoint::PartWritten,
        CrashPoint::PartSynced,
        CrashPoint::PartRenamed,
        CrashPoint::UploadPublished,
        CrashPoint::UploadWritten,
        CrashPoint::UploadCommitted,
    ];
    let scene = Scene::open(&[Kind::MetadataWorker, Kind::ThumbnailWorker])
        .await
        .unwrap();
    for point in points {
        let armed = scene.arm(Kind::ApiGateway, point, "").await.unwrap();
        let photo = scene.photo();
        let cut = scene.admin.at(vec![armed.service.url()]);
        assert!(cut.try_upload(&photo).await.is_err(), "no answer at {point:?}");
        armed.dead().await.unwrap();
        // A client repeats what has no answer, at another gateway.
        let again = scene.admin.upload(&photo).await.unwrap();
        assert_eq!(again.created, point != CrashPoint::UploadCommitted, "{point:?}");
    }
    // What the dead gateways announced is swept when they have been silent for half a minute.
    scene
        .system
        .sql()
        .await
        .unwrap()
        .batch_execute(
            "update node set heartbeat = heartbeat - interval '1 hour' where service = 'api-gateway'; \
             update file_intent set created_at = created_at - interval '1 hour'",
        )
        .await
        .unwrap();
    scene.settled().await.unwrap();
    scene.whole().await.unwrap();
}
