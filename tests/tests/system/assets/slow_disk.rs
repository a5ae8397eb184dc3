//! A disk whose syncs are slow.

use std::time::{Duration, Instant};

use safelight_tests::client::NewUpload;
use safelight_tests::system::{Kind, Place, TestSystem};
use safelight_tests::wait::PATIENCE;
use safelight_tests::{media, strace, wait_until};

use super::uploaded;

/// Threads that write, by default.
const WRITERS: usize = 8;
/// More than those.
const UPLOADS: usize = 12;
/// How long each sync takes.
const SYNC: Duration = Duration::from_secs(4);

#[tokio::test]
async fn slow_syncs_of_uploads_hold_no_thumbnail() {
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let photo = admin.upload(&NewUpload::new("photo.jpg", media::jpeg())).await.unwrap();
    system.queues_idle(&admin, PATIENCE).await.unwrap();
    let files = uploaded(&system).len();

    let place = Place {
        prefix: strace::slow_syncs(SYNC),
        ..Place::default()
    };
    let slow = system.launch(Kind::ApiGateway, &[], &place).unwrap();
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
        Ok(uploaded(&system).len() >= files + WRITERS)
    })
    .await
    .unwrap();
    let begun = Instant::now();
    for path in ["thumbnail", "thumbnail?size=preview", "original"] {
        let shown = client.get(&format!("/api/assets/{}/{path}", photo.id)).await.unwrap();
        shown.expect(200).unwrap();
    }
    let waited = begun.elapsed();
    assert!(
        waited < SYNC,
        "who looks at pictures has waited for an upload: {waited:?}"
    );
    for upload in uploads {
        upload.await.unwrap().unwrap();
    }
}
