//! The same content twice is one asset.

use safelight_tests::client::NewUpload;
use safelight_tests::media;
use safelight_tests::system::TestSystem;
use serde_json::json;

use super::{number, uploaded};

#[tokio::test]
async fn known_content_is_answered_with_its_asset() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let file = NewUpload::new("a.jpg", media::jpeg());
    let first = admin.upload(&file).await.unwrap();
    let again = NewUpload::new("other.jpg", file.bytes.clone());
    let answer = admin.try_upload(&again).await.unwrap().expect(200).unwrap();
    assert_eq!(
        answer.text(),
        format!(r#"{{"status":"duplicate","id":"{}"}}"#, first.id)
    );
    // The header decides before the body, whatever that is.
    let hurried = admin.with_header("x-immich-checksum", &file.sha1()).unwrap();
    let answer = hurried.post("/api/assets", &json!({"x": 1})).await.unwrap();
    assert_eq!(answer.expect(200).unwrap().string("/id").unwrap(), first.id);
    let big = NewUpload::new("a.jpg", vec![0; 20_000_000]);
    assert_eq!(
        hurried.upload(&big).await.unwrap().id,
        first.id,
        "read while still sending"
    );
    // An unknown checksum lets the body decide, and the trash still counts.
    let ids = json!({"ids": [first.id]});
    admin
        .delete("/api/assets", Some(&ids))
        .await
        .unwrap()
        .expect(204)
        .unwrap();
    let wrong = admin.with_header("x-immich-checksum", &"0".repeat(40)).unwrap();
    assert_eq!(wrong.upload(&file).await.unwrap().id, first.id);
    assert_eq!(uploaded(&system).len(), 1);
    assert_eq!(number(&system, "select count(*) from file_intent").await, 0);
    let check = json!({"assets": [
        {"id": "one", "checksum": file.sha1()},
        {"id": "two", "checksum": "1111111111111111111111111111111111111111"},
    ]});
    let results = admin
        .post("/api/assets/bulk-upload-check", &check)
        .await
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(
        results["results"],
        json!([
            {"id": "one", "action": "reject", "reason": "duplicate", "assetId": first.id, "isTrashed": true},
            {"id": "two", "action": "accept"},
        ])
    );
}

#[tokio::test]
async fn two_gateways_at_the_same_moment_make_one_asset() {
    let system = TestSystem::builder().gateways(2).start().await.unwrap();
    let admin = system.client_of(0).unwrap().sign_up_admin().await.unwrap();
    let token = admin.create_api_key().await.unwrap();
    let first = system.client_of(0).unwrap().with_api_key(&token).unwrap();
    let second = system.client_of(1).unwrap().with_api_key(&token).unwrap();
    for round in 1..=10_usize {
        let file = NewUpload::new("a.jpg", media::jpeg());
        let (one, two) = tokio::join!(first.upload(&file), second.upload(&file));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!(one.id, two.id);
        assert_ne!(one.created, two.created, "one of them is 201, the other 200");
        assert_eq!(uploaded(&system).len(), round, "the file of the later one is gone");
    }
    assert_eq!(number(&system, "select count(*) from asset").await, 10);
    assert_eq!(number(&system, "select count(*) from file_intent").await, 0);
    let jobs = "select count(*) from job where kind = 'AssetExtractMetadata'";
    assert_eq!(number(&system, jobs).await, 10);
}
