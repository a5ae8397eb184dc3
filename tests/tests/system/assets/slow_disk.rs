//! A disk whose syncs are slow.

use std::time::Duration;

use safelight_tests::client::NewUpload;
use safelight_tests::system::{Kind, Place, TestSystem};
use safelight_tests::wait::PATIENCE;
use safelight_tests::{media, strace, wait_until};

use super::uploaded;

/// Twice as many as there are threads that write.
const UPLOADS: usize = 4;

#[tokio::test]
async fn slow_syncs_of_uploads_hold_no_thumbnail() {
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let photo = admin.upload(&NewUpload::new("photo.jpg", media::jpeg())).await.unwrap();
    system.queues_idle(&admin, PATIENCE).await.unwrap();
    let files = uploaded(&system).len();

    let place = Place {
        prefix: strace::slow_syncs(Duration::from_secs(4)),
        ..Place::default()
    };
    let threads = [("SAFELIGHT_FILE_READERS", "2"), ("SAFELIGHT_FILE_WRITERS", "2")];
    let slow = system.launch(Kind::ApiGateway, &threads, &place).unwrap();
    slow.ready().await.unwrap();
    let client = admin.at(vec![slow.url()]);
    let uploads: Vec<_> = (0..UPLOADS)
        .map(|number| {
            let client = client.clone();
            let file = NewUpload::new(&format!("{number}.jpg"), media::jpeg());
            tokio::spawn(async move { client.upload(&file).await })
        })
        .collect();
    wait_until("the first uploads are written", async || {
        Ok(uploaded(&system).len() >= files + 2)
    })
    .await
    .unwrap();
    for path in ["thumbnail", "thumbnail?size=preview", "original"] {
        let shown = client.get(&format!("/api/assets/{}/{path}", photo.id)).await.unwrap();
        shown.expect(200).unwrap();
    }
    let ended = uploads.iter().filter(|upload| upload.is_finished()).count();
    assert_eq!(ended, 0, "somebody who looks at pictures has waited for an upload");
    for upload in uploads {
        upload.await.unwrap().unwrap();
    }
}
