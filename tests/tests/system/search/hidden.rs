//! What nobody finds: what is another's, locked, in the trash.

use safelight_tests::{Client, TestSystem};
use serde_json::{Value, json};

use super::{NOBODY, ask, get, names, refusal, second_person, upload};

/// The routes that answer lists of assets to `{}`, without their paging.
async fn everything(client: &Client) -> Vec<Value> {
    let mut lists = vec![ask(client, "/api/search/metadata", &json!({})).await["assets"]["items"].clone()];
    for path in ["/api/search/random", "/api/search/large-assets"] {
        lists.push(ask(client, path, &json!({})).await);
    }
    lists
}

#[tokio::test]
async fn what_is_anothers_or_locked_or_in_the_trash_is_not_found() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let other = second_person(&system).await;
    let mine = upload(&admin, "mine.jpg", "2024-01-01").await;
    let secret = upload(&admin, "secret.jpg", "2024-01-02").await;
    let trashed = upload(&admin, "trashed.jpg", "2024-01-03").await;
    let foreign = upload(&other, "foreign.jpg", "2024-01-04").await;
    let sql = system.sql().await.unwrap();
    sql.batch_execute("update asset_exif set make = 'X', city = 'Y', latitude = 1, longitude = 1")
        .await
        .unwrap();
    admin
        .put(&format!("/api/assets/{secret}"), &json!({"visibility": "locked"}))
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    admin
        .delete("/api/assets", Some(&json!({"ids": [trashed]})))
        .await
        .unwrap()
        .expect(204)
        .unwrap();
    // What a member may look at is still not theirs.
    let shared = json!({"albumName": "shared", "assetIds": [foreign]});
    let shared = other.post("/api/albums", &shared).await.unwrap().string("/id").unwrap();
    let question = json!({"albumIds": [shared]});
    let no_album = (400, "Not found or no album.read access".to_owned());
    assert_eq!(refusal(&admin, "/api/search/metadata", &question).await, no_album);
    assert_eq!(
        refusal(&admin, "/api/search/statistics", &json!({"albumIds": [NOBODY]})).await,
        no_album
    );
    let admin_id = get(&admin, "/api/users/me").await["id"].clone();
    let member = json!({"albumUsers": [{"userId": admin_id, "role": "viewer"}]});
    other
        .put(&format!("/api/albums/{shared}/users"), &member)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    assert_eq!(
        ask(&admin, "/api/search/statistics", &question).await,
        json!({"total": 0})
    );

    for list in everything(&admin).await {
        assert_eq!(names(&list), ["mine.jpg"]);
    }
    for id in [&secret, &trashed, &foreign] {
        assert_eq!(
            ask(&admin, "/api/search/metadata", &json!({"id": id})).await["assets"]["total"],
            0
        );
    }
    assert_eq!(names(&get(&admin, "/api/search/cities").await), ["mine.jpg"]);
    let folders = get(&admin, "/api/view/folder/unique-paths").await;
    let [folder] = folders.as_array().unwrap().as_slice() else {
        panic!("{folders}")
    };
    let folder = folder.as_str().unwrap().replace('/', "%2F");
    assert_eq!(
        names(&get(&admin, &format!("/api/view/folder?path={folder}")).await),
        ["mine.jpg"]
    );
    assert_eq!(get(&other, &format!("/api/view/folder?path={folder}")).await, json!([]));
    let places = async |query: &str| {
        let markers = get(&admin, &format!("/api/map/markers?{query}")).await;
        let ids = markers
            .as_array()
            .unwrap()
            .iter()
            .map(|marker| marker["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(places("").await, [mine.as_str()]);
    assert_eq!(places("withSharedAlbums=true").await, [foreign, mine]);

    the_trash_is_found_by_who_asks_for_it(&admin).await;
    the_locked_folder_is_found_by_who_has_opened_it(&admin, &secret).await;
}

async fn the_trash_is_found_by_who_asks_for_it(admin: &Client) {
    let with_deleted = ask(admin, "/api/search/metadata", &json!({"withDeleted": true})).await;
    assert_eq!(names(&with_deleted["assets"]["items"]), ["trashed.jpg", "mine.jpg"]);
    let by_date = ask(
        admin,
        "/api/search/metadata",
        &json!({"trashedAfter": "2020-01-01T00:00:00Z"}),
    )
    .await;
    assert_eq!(names(&by_date["assets"]["items"]), ["trashed.jpg"]);
}

async fn the_locked_folder_is_found_by_who_has_opened_it(admin: &Client, secret: &str) {
    let locked = json!({"visibility": "locked"});
    for path in ["/api/search/metadata", "/api/search/random", "/api/search/statistics"] {
        let refused = refusal(admin, path, &locked).await;
        assert_eq!(refused, (401, "Elevated permission is required".to_owned()), "{path}");
    }
    let pin = json!({"pinCode": "123456"});
    admin
        .post("/api/auth/pin-code", &pin)
        .await
        .unwrap()
        .expect(204)
        .unwrap();
    admin
        .post("/api/auth/session/unlock", &pin)
        .await
        .unwrap()
        .expect(204)
        .unwrap();
    assert_eq!(
        names(&ask(admin, "/api/search/metadata", &locked).await["assets"]["items"]),
        ["secret.jpg"]
    );
    assert_eq!(
        ask(admin, "/api/search/statistics", &json!({})).await,
        json!({"total": 1})
    );
    // It is never shared, even where it is open.
    let own = admin
        .post("/api/albums", &json!({"albumName": "own", "assetIds": [secret]}))
        .await
        .unwrap();
    assert_eq!(own.json().unwrap()["assetCount"], 0);
    let path = format!("/api/albums/{}/assets", own.string("/id").unwrap());
    let added = admin.put(&path, &json!({"ids": [secret]})).await.unwrap();
    let refused = json!([{"id": secret, "success": false, "error": "no_permission"}]);
    assert_eq!(added.json().unwrap(), refused);
}
