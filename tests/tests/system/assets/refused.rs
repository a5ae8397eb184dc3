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
