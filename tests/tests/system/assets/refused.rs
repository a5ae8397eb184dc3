//! Uploads that are refused leave nothing.

use safelight_tests::client::NewUpload;
use safelight_tests::media;
use safelight_tests::system::TestSystem;
use serde_json::json;

use super::nothing_is_left;

#[tokio::test]
async fn bad_forms_are_told_what_is_wrong() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let jpeg = || NewUpload::new("a.jpg", media::jpeg());
    let cases = [
        (NewUpload::new("a.txt", "hello"), "Unsupported file type a.txt"),
        (NewUpload::new("abc", "hello"), "Unsupported file type abc"),
        (jpeg().field("fileCreatedAt", "yesterday"), "Validation failed"),
        (jpeg().field("isFavorite", "yes"), "Validation failed"),
        (jpeg().field("duration", "0:00:01.000"), "Validation failed"),
        (jpeg().field("livePhotoVideoId", "x"), "Validation failed"),
        (jpeg().field("metadata", "{"), "Validation failed"),
        (jpeg().field("notes", &"x".repeat(2 << 20)), "Field value too long"),
        (
            jpeg().field("livePhotoVideoId", "00000000-0000-4000-8000-000000000000"),
            "Live photo video not found",
        ),
    ];
    for (file, message) in cases {
        let answer = admin.try_upload(&file).await.unwrap().expect(400).unwrap();
        assert_eq!(answer.string("/message").unwrap(), message, "{file:?}");
        assert!(nothing_is_left(&system).await, "{file:?}");
    }
    let dates = json!({"fileCreatedAt": "2024-03-01T10:00:00Z", "fileModifiedAt": "2024-03-01T10:00:00Z"});
    let missing = admin.post("/api/assets", &dates).await.unwrap().expect(400).unwrap();
    assert_eq!(missing.string("/message").unwrap(), "File is required");
    let broken = admin
        .request(reqwest::Method::POST, "/api/assets")
        .unwrap()
        .header("content-type", "multipart/form-data; boundary=x")
        .body("--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\nb");
    let broken = safelight_tests::client::Answer::of(broken)
        .await
        .unwrap()
        .expect(400)
        .unwrap();
    assert_eq!(broken.string("/message").unwrap(), "Multipart: Unexpected end of form");
}

#[tokio::test]
async fn a_quota_holds() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let file = NewUpload::new("a.jpg", media::jpeg());
    let size = file.bytes.len();
    let sql = system.sql().await.unwrap();
    let quota = format!("update \"user\" set quota_size_in_bytes = {}", size - 1);
    sql.execute(&quota, &[]).await.unwrap();
    let answer = admin.try_upload(&file).await.unwrap().expect(400).unwrap();
    assert_eq!(answer.string("/message").unwrap(), "Quota has been exceeded!");
    assert!(nothing_is_left(&system).await);
    sql.execute(&format!("update \"user\" set quota_size_in_bytes = {size}"), &[])
        .await
        .unwrap();
    assert!(admin.upload(&file).await.unwrap().created);
    let one_more = NewUpload::new("b.jpg", "x");
    let answer = admin.try_upload(&one_more).await.unwrap().expect(400).unwrap();
    assert_eq!(answer.string("/message").unwrap(), "Quota has been exceeded!");
}

#[tokio::test]
async fn a_quota_holds_for_a_sidecar_too() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let sql = system.sql().await.unwrap();
    let upload = async |sidecar: &'static [u8], order: [&'static str; 2]| {
        let mut form = reqwest::multipart::Form::new()
            .text("fileCreatedAt", "2024-03-01T10:00:00.000Z")
            .text("fileModifiedAt", "2024-03-02T10:00:00.000Z");
        for part in order {
            let (name, bytes): (_, &[u8]) = match part {
                "sidecarData" => ("a.jpg.xmp", sidecar),
                _ => ("a.jpg", b"0123456789"),
            };
            form = form.part(part, reqwest::multipart::Part::bytes(bytes).file_name(name));
        }
        let request = admin.request(reqwest::Method::POST, "/api/assets").unwrap();
        safelight_tests::client::Answer::of(request.multipart(form))
            .await
            .unwrap()
    };
    sql.execute("update \"user\" set quota_size_in_bytes = 30", &[])
        .await
        .unwrap();
    for order in [["assetData", "sidecarData"], ["sidecarData", "assetData"]] {
        let answer = upload(b"<x:xmpmeta> </x:xmpmeta>", order).await.expect(400).unwrap();
        assert_eq!(answer.string("/message").unwrap(), "Quota has been exceeded!");
        assert!(nothing_is_left(&system).await);
    }
    let answer = upload(b"<x:xmpmeta/>", ["sidecarData", "assetData"]).await;
    let source = answer.expect(201).unwrap().string("/id").unwrap();
    let used = async || super::number(&system, "select quota_usage_in_bytes from \"user\"").await;
    assert_eq!(used().await, 10 + 12);
    // A copy of the sidecar is stored, too; there is room for no more than what it replaces.
    let target = admin.upload(&NewUpload::new("b.jpg", "x")).await.unwrap().id;
    let copy = json!({"sourceId": source, "targetId": target});
    let put = async || {
        let request = admin.request(reqwest::Method::PUT, "/api/assets/copy").unwrap();
        safelight_tests::client::Answer::of(request.json(&copy)).await.unwrap()
    };
    let answer = put().await.expect(400).unwrap();
    assert_eq!(answer.string("/message").unwrap(), "Quota has been exceeded!");
    assert_eq!(used().await, 23);
    sql.execute("update \"user\" set quota_size_in_bytes = 50", &[])
        .await
        .unwrap();
    for _ in 0..2 {
        put().await.expect(204).unwrap();
        assert_eq!(used().await, 23 + 12);
    }
}

#[tokio::test]
async fn too_little_free_space_refuses_before_the_body() {
    let system = TestSystem::builder()
        .env("SAFELIGHT_MIN_FREE", "1000T")
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let big = NewUpload::new("a.jpg", vec![1; 20_000_000]);
    let answer = admin.try_upload(&big).await.unwrap().expect(507).unwrap();
    assert_eq!(
        answer.string("/message").unwrap(),
        "Not enough free space on the server"
    );
    assert!(nothing_is_left(&system).await);
}
