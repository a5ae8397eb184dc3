//! Giving one asset what another has.

use safelight_tests::client::NewUpload;
use safelight_tests::{TestSystem, media};
use serde_json::json;

use super::{number, uploaded};

#[tokio::test]
async fn one_asset_gets_what_another_has() {
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let file = NewUpload::new("a.jpg", media::jpeg()).field("isFavorite", "true");
    let source = admin.upload(&file).await.unwrap().id;
    let target = admin.upload(&NewUpload::new("b.jpg", media::jpeg())).await.unwrap().id;
    admin
        .post("/api/albums", &json!({"albumName": "A", "assetIds": [source]}))
        .await
        .unwrap()
        .expect(201)
        .unwrap();
    for (id, text) in [(&source, "of the source"), (&target, "of the target")] {
        let change = json!({"description": text});
        admin
            .put(&format!("/api/assets/{id}"), &change)
            .await
            .unwrap()
            .expect(200)
            .unwrap();
    }
    system
        .queues_idle(&admin, safelight_tests::wait::PATIENCE)
        .await
        .unwrap();
    let files = uploaded(&system).len();

    let copy = async |body| admin.put("/api/assets/copy", &body).await.unwrap();
    let ends = |source: &str, target: &str| json!({"sourceId": source, "targetId": target});
    let same = copy(ends(&source, &source)).await.expect(400).unwrap();
    assert_eq!(
        same.string("/message").unwrap(),
        "Source and target id must be distinct"
    );
    let absent = copy(ends(&source, "00000000-0000-4000-8000-000000000000"))
        .await
        .expect(400)
        .unwrap();
    assert_eq!(absent.string("/message").unwrap(), "Not found or no asset.copy access");
    let nothing = json!({"sourceId": source, "targetId": target, "albums": false, "favorite": false, "sidecar": false});
    copy(nothing).await.expect(204).unwrap();
    let told = async || {
        admin
            .get(&format!("/api/assets/{target}"))
            .await
            .unwrap()
            .json()
            .unwrap()
    };
    assert_eq!(
        (
            &told().await["isFavorite"],
            number(&system, "select count(*) from album_asset").await
        ),
        (&json!(false), 1)
    );

    copy(ends(&source, &target)).await.expect(204).unwrap();
    system
        .queues_idle(&admin, safelight_tests::wait::PATIENCE)
        .await
        .unwrap();
    let asset = told().await;
    assert_eq!(
        (&asset["isFavorite"], &asset["exifInfo"]["description"]),
        (&json!(true), &json!("of the source"))
    );
    assert_eq!(number(&system, "select count(*) from album_asset").await, 2);
    assert_eq!(number(&system, "select count(*) from file_intent").await, 0);
    assert_eq!(
        number(
            &system,
            "select count(distinct path) from asset_file where type = 'sidecar'"
        )
        .await,
        2
    );
    assert_eq!(uploaded(&system).len(), files, "the sidecar that was replaced is gone");
}
