//! Uploads that go well.

use std::os::unix::fs::PermissionsExt as _;

use safelight_tests::client::NewUpload;
use safelight_tests::media;
use safelight_tests::system::TestSystem;
use serde_json::Value;

use super::{number, uploaded};

#[tokio::test]
async fn an_upload_is_a_file_and_rows_and_a_job() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let file = NewUpload::new("holiday.JPG", media::jpeg())
        .field("isFavorite", "true")
        .field("duration", "5")
        .field("fileCreatedAt", "2024-02-10T08:30:00.123+02:00")
        .field("metadata", r#"[{"key":"mobile-app","value":{"iCloudId":"abc"}}]"#)
        .field("deviceAssetId", "ignored");
    let answer = admin.try_upload(&file).await.unwrap().expect(201).unwrap();
    let id = answer.string("/id").unwrap();
    assert_eq!(answer.text(), format!(r#"{{"id":"{id}","status":"created"}}"#));

    let asset = admin
        .get(&format!("/api/assets/{id}"))
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let asset: Value = asset.json().unwrap();
    assert_eq!(asset["fileCreatedAt"], "2024-02-10T06:30:00.123Z");
    assert_eq!(asset["localDateTime"], "2024-02-10T06:30:00.123Z");
    assert_eq!(asset["isFavorite"], true);
    assert_eq!(asset["duration"], 5);
    assert_eq!(asset["exifInfo"]["fileSizeInByte"], file.bytes.len());
    assert_eq!(asset["exifInfo"]["make"], Value::Null);
    assert_eq!(asset["resized"], true);
    assert_eq!(asset["originalFileName"], "holiday.JPG");

    let path = std::path::PathBuf::from(asset["originalPath"].as_str().unwrap());
    assert_eq!(uploaded(&system), std::slice::from_ref(&path));
    assert_eq!(std::fs::read(&path).unwrap(), file.bytes);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(number(&system, "select count(*) from file_intent").await, 0);
    let jobs = "select count(*) from job where kind = 'AssetExtractMetadata' and source = 'upload'";
    assert_eq!(number(&system, jobs).await, 1);
    let usage = number(&system, "select quota_usage_in_bytes from \"user\"").await;
    assert_eq!(usage, i64::try_from(file.bytes.len()).unwrap());
    let facts = admin
        .get(&format!("/api/assets/{id}/metadata"))
        .await
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(facts[0]["value"]["iCloudId"], "abc");
}

#[tokio::test]
async fn names_lose_their_paths_and_odd_files_are_taken() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let name_of = async |id: &str| {
        let asset = admin.get(&format!("/api/assets/{id}")).await.unwrap();
        asset.string("/originalFileName").unwrap()
    };
    let path = NewUpload::new("../../../etc/passwd.jpg", media::jpeg());
    let id = admin.upload(&path).await.unwrap().id;
    assert_eq!(name_of(&id).await, "passwd.jpg");
    let renamed = NewUpload::new("upload.bin", media::jpeg()).field("filename", "C:\\fotos\\wood anemones ä.jpg");
    let id = admin.upload(&renamed).await.unwrap().id;
    assert_eq!(name_of(&id).await, "wood anemones ä.jpg");
    // What is in them is for the workers to find out.
    assert!(admin.upload(&NewUpload::new("empty.jpg", "")).await.unwrap().created);
    assert!(
        admin
            .upload(&NewUpload::new("text.jpg", "not a picture"))
            .await
            .unwrap()
            .created
    );
    for file in uploaded(&system) {
        assert!(file.starts_with(system.media().join("upload")), "{}", file.display());
    }
    assert_eq!(uploaded(&system).len(), 4);
}

#[tokio::test]
async fn a_sidecar_comes_along() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let part = |name: &str, bytes: &'static [u8]| reqwest_part(name, bytes);
    let form = reqwest::multipart::Form::new()
        .text("fileCreatedAt", "2024-03-01T10:00:00.000Z")
        .text("fileModifiedAt", "2024-03-02T10:00:00.000Z")
        .part("sidecarData", part("a.jpg.xmp", b"<x:xmpmeta/>"))
        .part("assetData", part("a.jpg", b"a picture"));
    let request = admin
        .request(reqwest::Method::POST, "/api/assets")
        .unwrap()
        .multipart(form);
    let answer = safelight_tests::client::Answer::of(request).await.unwrap();
    answer.expect(201).unwrap();
    let row = system
        .sql()
        .await
        .unwrap()
        .query_one("select path from asset_file where type = 'sidecar'", &[])
        .await
        .unwrap();
    assert_eq!(std::fs::read(row.get::<_, String>(0)).unwrap(), b"<x:xmpmeta/>");
    assert_eq!(uploaded(&system).len(), 2);
    assert_eq!(number(&system, "select count(*) from file_intent").await, 0);
}

fn reqwest_part(name: &str, bytes: &'static [u8]) -> reqwest::multipart::Part {
    reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned())
}
