//! The bytes of assets.

use reqwest::Method;
use safelight_tests::client::NewUpload;
use safelight_tests::media;
use safelight_tests::system::TestSystem;

const CACHE: &str = "private, max-age=86400, no-transform, stale-while-revalidate=2592000, stale-if-error=2592000";

#[tokio::test]
async fn originals_come_whole_or_in_parts() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let file = NewUpload::new("wood ä.jpg", media::jpeg());
    let id = admin.upload(&file).await.unwrap().id;
    let path = format!("/api/assets/{id}/original");
    let length = file.bytes.len();

    let whole = admin.get(&path).await.unwrap().expect(200).unwrap();
    assert_eq!(whole.body, file.bytes);
    assert_eq!(whole.header("content-type"), "image/jpeg");
    assert_eq!(
        whole.header("content-disposition"),
        "inline; filename*=UTF-8''wood%20%C3%A4.jpg"
    );
    assert_eq!(whole.header("cache-control"), CACHE);
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let etag = whole.header("etag").to_owned();
    assert!(etag.starts_with(&format!("W/\"{length:x}-")), "{etag}");

    let with = |name: &str, value: &str| admin.with_header(name, value).unwrap();
    let part = with("range", "bytes=10-19")
        .get(&path)
        .await
        .unwrap()
        .expect(206)
        .unwrap();
    assert_eq!(part.body, file.bytes.slice(10..20));
    assert_eq!(part.header("content-range"), format!("bytes 10-19/{length}"));
    let merged = with("range", "bytes=0-9,10-29")
        .get(&path)
        .await
        .unwrap()
        .expect(206)
        .unwrap();
    assert_eq!(merged.header("content-range"), format!("bytes 0-29/{length}"));
    let apart = with("range", "bytes=0-9,20-29")
        .get(&path)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    assert_eq!(apart.body, file.bytes);
    let beyond = with("range", "bytes=99999999-")
        .get(&path)
        .await
        .unwrap()
        .expect(404)
        .unwrap();
    assert_eq!(beyond.text(), r#"{"message":"Not Found"}"#);
    assert_eq!(beyond.header("content-type"), "image/jpeg; charset=utf-8");
    assert_eq!(beyond.header("content-range"), format!("bytes */{length}"));

    let known = with("if-none-match", &etag)
        .get(&path)
        .await
        .unwrap()
        .expect(304)
        .unwrap();
    assert!(known.body.is_empty() && known.header("content-type").is_empty());
    let head = admin
        .send(Method::HEAD, &path, None)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    assert_eq!(head.header("content-length"), length.to_string());
}

#[tokio::test]
async fn what_is_not_there_is_not_found_in_its_own_way() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let id = admin.upload(&NewUpload::new("a.jpg", media::jpeg())).await.unwrap().id;
    let unknown = "00000000-0000-4000-8000-000000000000";
    let cases = [
        (format!("/api/assets/{id}/thumbnail"), 404, "Asset media not found"),
        (
            format!("/api/assets/{unknown}/thumbnail"),
            400,
            "Not found or no asset.view access",
        ),
        (format!("/api/assets/{unknown}/original"), 404, "Not Found"),
        (format!("/api/assets/{unknown}/video/playback"), 404, "Not Found"),
        (format!("/api/assets/{id}/video/playback"), 404, "Not Found"),
        (
            format!("/api/assets/{unknown}"),
            400,
            "Not found or no asset.read access",
        ),
        ("/api/assets/nope/original".to_owned(), 400, "Validation failed"),
    ];
    for (path, status, message) in cases {
        let answer = admin.get(&path).await.unwrap().expect(status).unwrap();
        assert_eq!(answer.string("/message").unwrap(), message, "{path}");
        system.client().get(&path).await.unwrap().expect(401).unwrap();
    }
    let redirects = [
        ("?size=fullsize", "original?".to_owned()),
        ("?c=1&size=original", "original?c=1".to_owned()),
        (
            "?size=fullsize&c=abc&edited=true",
            format!("/api/assets/{id}/thumbnail?size=preview&c=abc&edited=true"),
        ),
    ];
    for (query, location) in redirects {
        let path = format!("/api/assets/{id}/thumbnail{query}");
        let answer = admin.get(&path).await.unwrap().expect(302).unwrap();
        assert_eq!(answer.header("location"), location);
        assert_eq!(answer.text(), format!("Found. Redirecting to {location}"));
        assert_eq!(answer.header("cache-control"), "");
    }
}
