//! What this release has none of: the answers are empty, honest, and never about somebody else's things.

use reqwest::Method;
use safelight_tests::client::NewUpload;
use safelight_tests::{Answer, Client, TestSystem, media};
use serde_json::{Value, json};

/// An id that nobody has.
const NOBODY: &str = "6e1bd7a4-7c0f-4bb5-9a5b-2a5f3a7c2f10";

async fn send(client: &Client, line: &str, body: Option<&Value>) -> Answer {
    let (method, path) = line.split_once(' ').unwrap();
    let method: Method = method.parse().unwrap();
    client.send(method, &format!("/api{path}"), body).await.unwrap()
}

async fn is(client: &Client, line: &str, body: Option<&Value>, status: u16, expected: &Value) {
    let answer = send(client, line, body).await.expect(status).unwrap();
    assert_eq!(answer.json().unwrap(), *expected, "{line}");
}

async fn refused(client: &Client, line: &str, body: Option<&Value>, status: u16, message: &str) {
    is(client, line, body, status, &json!({"message": message})).await;
}

#[tokio::test]
async fn what_there_is_none_of_is_answered_truthfully() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let asset = admin.upload(&NewUpload::new("a.jpg", media::jpeg())).await.unwrap().id;
    let album = admin
        .post("/api/albums", &json!({"albumName": "a"}))
        .await
        .unwrap()
        .string("/id")
        .unwrap();
    let stranger = system.person("stranger").await.unwrap();

    for list in [
        "duplicates",
        "memories",
        "plugins",
        "plugins/methods",
        "plugins/templates",
        "shared-links",
        "stacks",
        "tags",
        "workflows",
        "workflows/triggers",
        "libraries",
        "partners?direction=shared-by",
    ] {
        is(&admin, &format!("GET /{list}"), None, 200, &json!([])).await;
    }
    let people = json!({"people": [], "hasNextPage": false, "total": 0, "hidden": 0});
    is(&admin, "GET /people?withHidden=true", None, 200, &people).await;
    is(&admin, "GET /memories/statistics", None, 200, &json!({"total": 0})).await;
    is(
        &admin,
        "GET /admin/database-backups",
        None,
        200,
        &json!({"backups": []}),
    )
    .await;
    refused(&stranger, "GET /libraries", None, 403, "Forbidden").await;
    refused(&system.client(), "GET /tags", None, 401, "Authentication required").await;

    for (line, message) in [
        ("GET /tags/{}", "Not found or no tag.read access"),
        ("PATCH /people/{}", "Not found or no person.update access"),
        ("DELETE /stacks/{}", "Not found or no stack.delete access"),
        ("DELETE /shared-links/{}", "Shared link not found"),
        ("GET /libraries/{}/statistics", "Library not found"),
        ("DELETE /partners/{}", "Partner not found"),
    ] {
        refused(&admin, &line.replace("{}", NOBODY), None, 400, message).await;
        let invalid = send(&admin, &line.replace("{}", "x"), None).await.expect(400).unwrap();
        assert_eq!(invalid.string("/errors/0/message").unwrap(), "Invalid UUID", "{line}");
    }
    refused(
        &admin,
        &format!("GET /people/{NOBODY}/thumbnail"),
        None,
        404,
        "Not Found",
    )
    .await;

    // Who may see the asset and the album is asked in earnest.
    for line in [format!("GET /faces?id={asset}"), format!("GET /assets/{asset}/ocr")] {
        is(&admin, &line, None, 200, &json!([])).await;
        refused(&stranger, &line, None, 400, "Not found or no asset.read access").await;
    }
    let activities = format!("GET /activities?albumId={album}");
    is(&admin, &activities, None, 200, &json!([])).await;
    refused(&stranger, &activities, None, 400, "Not found or no album.read access").await;
    let statistics = format!("GET /activities/statistics?albumId={album}");
    is(&admin, &statistics, None, 200, &json!({"comments": 0, "likes": 0})).await;
    refused(&stranger, &statistics, None, 400, "Not found or no album.read access").await;
}

#[tokio::test]
async fn making_one_is_refused_after_the_rights_were_looked_at() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let tag = json!({"name": "a"});
    refused(
        &admin,
        "POST /tags",
        Some(&tag),
        501,
        "Tags are not available in this release",
    )
    .await;
    refused(
        &admin,
        "POST /stacks",
        Some(&json!({})),
        501,
        "Stacks are not available in this release",
    )
    .await;
    refused(
        &system.client(),
        "POST /tags",
        Some(&tag),
        401,
        "Authentication required",
    )
    .await;
    let body = json!({"name": "reader", "permissions": ["tag.read"]});
    let secret = admin
        .post("/api/api-keys", &body)
        .await
        .unwrap()
        .string("/secret")
        .unwrap();
    let reader = system.client().with_api_key(&secret).unwrap();
    is(&reader, "GET /tags", None, 200, &json!([])).await;
    refused(
        &reader,
        "POST /tags",
        Some(&tag),
        403,
        "Missing required permission: tag.create",
    )
    .await;

    // Several at once, none of which there is.
    let one = json!({"ids": [NOBODY]});
    refused(
        &admin,
        "DELETE /stacks",
        Some(&one),
        400,
        "Not found or no stack.delete access",
    )
    .await;
    send(&admin, "DELETE /stacks", Some(&json!({"ids": []})))
        .await
        .expect(204)
        .unwrap();
    let people = json!({"people": [{"id": NOBODY, "isHidden": true}]});
    let unknown = json!([{"id": NOBODY, "success": false, "error": "unknown"}]);
    is(&admin, "PUT /people", Some(&people), 200, &unknown).await;
    let both = json!({"tagIds": [NOBODY], "assetIds": [NOBODY]});
    is(&admin, "PUT /tags/assets", Some(&both), 200, &json!({"count": 0})).await;
    let link = "GET /shared-links/me";
    refused(&admin, link, None, 403, "Forbidden").await;
    refused(
        &system.client(),
        &format!("{link}?key=nope"),
        None,
        401,
        "Invalid share key",
    )
    .await;
}
