//! Albums, alone and shared.

use safelight_tests::client::NewUpload;
use safelight_tests::{Client, TestSystem, media};
use serde_json::{Value, json};

/// A second person, who is not an admin.
async fn second_person(system: &TestSystem) -> (Client, String) {
    let client = system.person("two").await.unwrap();
    let id = client.get("/api/users/me").await.unwrap().string("/id").unwrap();
    (client, id)
}

async fn upload(client: &Client, name: &str) -> String {
    client.upload(&NewUpload::new(name, media::jpeg())).await.unwrap().id
}

async fn json_of(client: &Client, path: &str) -> Value {
    client.get_json(path).await.unwrap()
}

#[tokio::test]
async fn an_album_is_made_filled_and_emptied() {
    let system = TestSystem::builder().gateways(2).start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let (one, two) = (upload(&admin, "1.jpg").await, upload(&admin, "2.jpg").await);
    let body = json!({"albumName": "Trip", "assetIds": [one]});
    let made = admin
        .post("/api/albums", &body)
        .await
        .unwrap()
        .expect(201)
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(
        (&made["assetCount"], &made["startDate"]),
        (&json!(1), &json!("2024-03-01T10:00:00+00:00"))
    );
    assert_eq!(made["albumThumbnailAssetId"], json!(one));
    let path = format!("/api/albums/{}", made["id"].as_str().unwrap());

    let absent = "00000000-0000-4000-8000-000000000000";
    let ids = json!({"ids": [two, one, two, absent]});
    let added = admin
        .put(&format!("{path}/assets"), &ids)
        .await
        .unwrap()
        .expect(200)
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(
        added,
        json!([
            {"id": two, "success": true},
            {"id": one, "success": false, "error": "duplicate"},
            {"id": two, "success": false, "error": "duplicate"},
            {"id": absent, "success": false, "error": "no_permission"},
        ])
    );
    let seen = json_of(&admin, &path).await;
    assert_eq!(
        (&seen["assetCount"], &seen["startDate"]),
        (&json!(2), &json!("2024-03-01T00:00:00.000Z"))
    );
    assert_eq!(
        json_of(&admin, "/api/albums/statistics").await,
        json!({"owned": 1, "shared": 0, "notShared": 1})
    );
    assert_eq!(
        json_of(&admin, &format!("/api/albums?assetId={two}"))
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(json_of(&admin, "/api/albums?name=Other").await, json!([]));

    let removed = admin
        .delete(&format!("{path}/assets"), Some(&json!({"ids": [one, absent]})))
        .await
        .unwrap();
    assert_eq!(
        removed.expect(200).unwrap().json().unwrap(),
        json!([{"id": one, "success": true}, {"id": absent, "success": false, "error": "not_found"}])
    );
    assert_eq!(json_of(&admin, &path).await["albumThumbnailAssetId"], json!(two));
    admin.delete(&path, None).await.unwrap().expect(204).unwrap();
    let gone = admin.get(&path).await.unwrap().expect(400).unwrap();
    assert_eq!(gone.string("/message").unwrap(), "Not found or no album.read access");
}

#[tokio::test]
async fn roles_say_who_may_do_what() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let (other, id) = second_person(&system).await;
    let (ours, theirs) = (upload(&admin, "1.jpg").await, upload(&other, "2.jpg").await);
    let body = json!({"albumName": "Shared", "assetIds": [ours], "albumUsers": [{"userId": id, "role": "viewer"}]});
    let made = admin
        .post("/api/albums", &body)
        .await
        .unwrap()
        .expect(201)
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(
        (&made["shared"], &made["albumUsers"][1]["role"]),
        (&json!(true), &json!("viewer"))
    );
    let path = format!("/api/albums/{}", made["id"].as_str().unwrap());

    // Viewers look.
    assert_eq!(
        json_of(&other, &path).await["contributorCounts"][0]["assetCount"],
        json!(1)
    );
    let ids = json!({"ids": [theirs]});
    let refused = other
        .put(&format!("{path}/assets"), &ids)
        .await
        .unwrap()
        .expect(400)
        .unwrap();
    assert_eq!(
        refused.string("/message").unwrap(),
        "Not found or no albumAsset.create access"
    );
    other
        .put(&format!("{path}/user/{id}"), &json!({"role": "editor"}))
        .await
        .unwrap()
        .expect(400)
        .unwrap();

    // Editors put their own in, and take only that out.
    admin
        .put(&format!("{path}/user/{id}"), &json!({"role": "editor"}))
        .await
        .unwrap()
        .expect(204)
        .unwrap();
    other
        .put(&format!("{path}/assets"), &ids)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let removed = other
        .delete(&format!("{path}/assets"), Some(&json!({"ids": [ours, theirs]})))
        .await
        .unwrap();
    assert_eq!(
        removed.json().unwrap(),
        json!([{"id": ours, "success": false, "error": "no_permission"}, {"id": theirs, "success": true}])
    );
    other.delete(&path, None).await.unwrap().expect(400).unwrap();

    // The owner stays; members may leave.
    let owner = made["albumUsers"][0]["user"]["id"].as_str().unwrap();
    let refused = admin
        .delete(&format!("{path}/user/{owner}"), None)
        .await
        .unwrap()
        .expect(400)
        .unwrap();
    assert_eq!(
        refused.string("/message").unwrap(),
        "Cannot remove the last album owner"
    );
    other
        .delete(&format!("{path}/user/me"), None)
        .await
        .unwrap()
        .expect(204)
        .unwrap();
    other.get(&path).await.unwrap().expect(400).unwrap();
}
