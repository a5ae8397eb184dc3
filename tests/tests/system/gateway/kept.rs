//! What cannot be kept is refused, and what was kept can be read.

use reqwest::Method;
use safelight_tests::client::{Answer, NewUpload};
use safelight_tests::system::TestSystem;
use safelight_tests::{Client, media};
use serde_json::{Value, json};

const ID: &str = "00000000-0000-4000-8000-000000000000";

async fn refused(client: &Client, method: &str, path: &str, body: Value) {
    let body = Some(body).filter(|body| !body.is_null());
    let method: Method = method.parse().unwrap();
    let answer = client.send(method.clone(), path, body.as_ref()).await.unwrap();
    assert_eq!(answer.status, 400, "{method} {path} {body:?}: {}", answer.text());
    answer.string("/message").unwrap();
}

#[tokio::test]
async fn a_nul_is_refused_wherever_text_enters() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let text = "a\0b";
    let metadata = format!("/api/assets/{ID}/metadata");
    for (method, path, body) in [
        (
            "POST",
            "/api/auth/admin-sign-up",
            json!({"email": "a@b.cd", "password": "password", "name": text}),
        ),
        ("POST", "/api/albums", json!({"albumName": text})),
        ("POST", "/api/albums", json!({"albumName": "x", "description": text})),
        ("POST", "/api/api-keys", json!({"name": text, "permissions": ["all"]})),
        ("POST", "/api/sessions", json!({"deviceType": text})),
        ("PUT", "/api/users/me", json!({"name": text})),
        ("PUT", "/api/assets", json!({"ids": [], "description": text})),
        ("PUT", metadata.as_str(), json!({"items": [{"key": text, "value": {}}]})),
        (
            "PUT",
            metadata.as_str(),
            json!({"items": [{"key": "k", "value": {"deep": [{"x": text}]}}]}),
        ),
        (
            "PUT",
            metadata.as_str(),
            json!({"items": [{"key": "k", "value": {text: 1}}]}),
        ),
        ("POST", "/api/search/metadata", json!({"originalFileName": text})),
        ("POST", "/api/search/metadata", json!({"unknown": text})),
        (
            "POST",
            "/api/admin/users",
            json!({"email": "x@y.z", "password": "password", "name": text}),
        ),
        ("GET", "/api/search/suggestions?type=city&country=%00", Value::Null),
        ("GET", "/api/view/folder?path=%00", Value::Null),
        ("GET", &format!("{metadata}/%00"), Value::Null),
        ("GET", "/api/albums/%00", Value::Null),
    ] {
        refused(&admin, method, path, body).await;
    }
    // The parts of a form, JSON within them included.
    for (name, value) in [
        ("filename", "a\0.jpg"),
        ("metadata", r#"[{"key":"\u0000","value":{}}]"#),
    ] {
        let upload = NewUpload::new("a.jpg", media::jpeg()).field(name, value);
        let answer = admin.try_upload(&upload).await.unwrap();
        assert_eq!(answer.status, 400, "{name}: {}", answer.text());
    }
    // What is only compared finds nothing.
    let login = json!({"email": "a@b.cd", "password": text});
    let answer = system.client().post("/api/auth/login", &login).await.unwrap();
    answer.expect(401).unwrap();
    for (name, value) in [("cookie", "immich_access_token=%00"), ("x-immich-checksum", "%00")] {
        let client = system.client().with_header(name, value).unwrap();
        client.get("/api/users/me").await.unwrap().expect(401).unwrap();
    }
    for query in ["sessionKey=%00", "apiKey=%00", "key=%00", "slug=%00"] {
        let answer = system.client().get(&format!("/api/users/me?{query}")).await.unwrap();
        answer.expect(401).unwrap();
    }
}

#[tokio::test]
async fn numbers_and_dates_beyond_what_is_kept_are_refused() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let id = admin.upload(&NewUpload::new("a.jpg", media::jpeg())).await.unwrap().id;
    for (method, path, body) in [
        (
            "PUT",
            "/api/assets",
            json!({"ids": [id], "dateTimeRelative": 9_007_199_254_740_991_i64}),
        ),
        (
            "PUT",
            "/api/assets",
            json!({"ids": [id], "dateTimeOriginal": "-9999-01-01T00:00:00"}),
        ),
        (
            "PUT",
            "/api/assets",
            json!({"ids": [id], "dateTimeOriginal": "+262000-01-01T00:00:00"}),
        ),
        ("PUT", "/api/assets", json!({"ids": [id], "rating": 2_147_483_648_i64})),
        ("POST", "/api/sessions", json!({"duration": 9_007_199_254_740_991_i64})),
        ("POST", "/api/sessions", json!({"duration": 8_000_000_000_000_i64})),
        (
            "POST",
            "/api/search/metadata",
            json!({"page": 9_007_199_254_740_992_i64}),
        ),
        (
            "POST",
            "/api/search/large-assets?minFileSize=99999999999999999999",
            Value::Null,
        ),
        ("GET", "/api/timeline/bucket?timeBucket=-262143-01-01", Value::Null),
        ("GET", "/api/users/me/calendar-heatmap?from=-9999-1-01", Value::Null),
    ] {
        refused(&admin, method, path, body).await;
    }
    // Step by step out of the years there are.
    let year = json!({"ids": [id], "dateTimeOriginal": "9950-01-01T00:00:00Z"});
    admin.put("/api/assets", &year).await.unwrap().expect(204).unwrap();
    let later = json!({"ids": [id], "dateTimeRelative": 90 * 366 * 24 * 60});
    refused(&admin, "PUT", "/api/assets", later).await;
    let told = admin
        .get(&format!("/api/assets/{id}"))
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let date = told.string("/exifInfo/dateTimeOriginal").unwrap();
    assert!(date.starts_with("9950-01-01T"), "{date}");
    // As many pages as there may be.
    let last = json!({"page": 9_007_199_254_740_991_i64, "size": 1000});
    admin
        .post("/api/search/metadata", &last)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let upload = NewUpload::new("b.jpg", media::jpeg()).field("duration", "2147483648");
    assert_eq!(admin.try_upload(&upload).await.unwrap().status, 400);
}

#[tokio::test]
async fn what_is_attached_to_an_asset_can_always_be_read() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let id = admin.upload(&NewUpload::new("a.jpg", media::jpeg())).await.unwrap().id;
    let path = format!("/api/assets/{id}/metadata");
    let put = async |value: &str| {
        let body = format!(r#"{{"items":[{{"key":"k","value":{{"x":{value}}}}}]}}"#);
        let request = admin
            .request(Method::PUT, &path)
            .unwrap()
            .header("content-type", "application/json");
        Answer::of(request.body(body)).await.unwrap().status
    };
    for (value, status) in [
        ("1.7976931348623157e308", 400),
        ("-1e308", 400),
        ("1e400", 400),
        ("9.9e307", 200),
        ("5e-324", 200),
        ("123456789012345678901234567890", 200),
        ("-0.0", 200),
    ] {
        assert_eq!(put(value).await, status, "{value}");
        admin.get(&path).await.unwrap().expect(200).unwrap();
    }
    // What an earlier release has kept.
    let sql = system.sql().await.unwrap();
    sql.batch_execute("update asset_metadata set value = '{\"x\": 1.7976931348623157e308}'")
        .await
        .unwrap();
    let one = format!("{path}/k");
    for path in [&path, &one] {
        // Read as a text: the parser of this side has the same trouble with the number.
        let answer = admin.request(Method::GET, path).unwrap().send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let text = answer.text().await.unwrap();
        assert!(text.contains("17976931348623157000"), "{text}");
    }
}
