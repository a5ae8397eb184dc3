//! Changing, trashing, restoring.

use safelight_tests::client::NewUpload;
use safelight_tests::media;
use safelight_tests::system::TestSystem;
use serde_json::{Value, json};

use super::number;

#[tokio::test]
async fn changes_are_answered_and_written_to_the_sidecar() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let id = admin.upload(&NewUpload::new("a.jpg", media::jpeg())).await.unwrap().id;
    let path = format!("/api/assets/{id}");
    let favorite = admin
        .put(&path, &json!({"isFavorite": true}))
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let favorite: Value = favorite.json().unwrap();
    assert_eq!(favorite["isFavorite"], true);
    for absent in ["owner", "stack", "tags"] {
        assert!(favorite.get(absent).is_none(), "{absent}");
    }
    let sidecars = "select count(*) from job where kind = 'SidecarWrite'";
    assert_eq!(number(&system, sidecars).await, 0);
    let change = json!({
        "description": "hello", "rating": 4, "latitude": 48.14, "longitude": 11.57,
        "dateTimeOriginal": "2020-06-01T12:30:00.000+02:00",
    });
    let changed: Value = admin
        .put(&path, &change)
        .await
        .unwrap()
        .expect(200)
        .unwrap()
        .json()
        .unwrap();
    let exif = &changed["exifInfo"];
    assert_eq!(exif["dateTimeOriginal"], "2020-06-01T10:30:00+00:00");
    assert_eq!(exif["timeZone"], "UTC+2");
    assert_eq!((&exif["rating"], &exif["latitude"]), (&json!(4), &json!(48.14)));
    assert_eq!(number(&system, sidecars).await, 1);
    let row = system
        .sql()
        .await
        .unwrap()
        .query_one("select locked_properties from asset_exif", &[])
        .await
        .unwrap();
    assert_eq!(
        row.get::<_, Vec<String>>(0),
        [
            "date_time_original",
            "description",
            "latitude",
            "longitude",
            "rating",
            "time_zone"
        ]
    );
    for (bad, message) in [
        (json!({"rating": 0}), "Validation failed"),
        (json!({"latitude": 12}), "Validation failed"),
        (json!({"dateTimeOriginal": "2020-02-30"}), "Invalid dateTimeOriginal"),
        (json!({"livePhotoVideoId": id}), "Live photo video must be a video"),
    ] {
        let answer = admin.put(&path, &bad).await.unwrap().expect(400).unwrap();
        assert_eq!(answer.string("/message").unwrap(), message, "{bad}");
    }
    let many = json!({"ids": [id, id], "dateTimeRelative": -60, "timeZone": "Europe/Berlin"});
    admin.put("/api/assets", &many).await.unwrap().expect(204).unwrap();
    let moved: Value = admin.get(&path).await.unwrap().json().unwrap();
    assert_eq!(moved["exifInfo"]["dateTimeOriginal"], "2020-06-01T09:30:00+00:00");
    assert_eq!(moved["exifInfo"]["timeZone"], "Europe/Berlin");
    assert_eq!(moved["exifInfo"]["description"], "hello");
}

#[tokio::test]
async fn the_trash_gives_back_until_it_is_emptied() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(admin.upload(&NewUpload::new("a.jpg", media::jpeg())).await.unwrap().id);
    }
    let statistics = async |query: &str| {
        let answer = admin.get(&format!("/api/assets/statistics{query}")).await.unwrap();
        answer.json().unwrap()["total"].as_i64().unwrap()
    };
    let count = async |path: &str, body: Value| {
        let answer = admin.post(path, &body).await.unwrap().expect(200).unwrap();
        answer.json().unwrap()["count"].as_i64().unwrap()
    };
    let two = json!({"ids": [ids[0], ids[1]]});
    admin
        .delete("/api/assets", Some(&two))
        .await
        .unwrap()
        .expect(204)
        .unwrap();
    assert_eq!((statistics("").await, statistics("?isTrashed=true").await), (1, 2));
    let one = json!({"ids": [ids[0]]});
    assert_eq!(count("/api/trash/restore/assets", one.clone()).await, 1);
    assert_eq!(
        count("/api/trash/restore/assets", one).await,
        1,
        "one that is not in the trash counts, too"
    );
    assert_eq!(count("/api/trash/restore", json!({})).await, 1);
    assert_eq!(count("/api/trash/restore", json!({})).await, 0);
    assert_eq!(statistics("").await, 3);
    admin
        .delete("/api/assets", Some(&two))
        .await
        .unwrap()
        .expect(204)
        .unwrap();
    assert_eq!(count("/api/trash/empty", json!({})).await, 2);
    assert_eq!(count("/api/trash/empty", json!({})).await, 0);
    let jobs = "select count(*) from job where kind = 'AssetEmptyTrash'";
    assert_eq!(number(&system, jobs).await, 1);
}

#[tokio::test]
async fn strangers_see_nothing() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let id = admin.upload(&NewUpload::new("a.jpg", media::jpeg())).await.unwrap().id;
    let sql = system.sql().await.unwrap();
    sql.batch_execute(
        "insert into \"user\" (email) values ('other@example.com');
         update asset set owner_id = (select id from \"user\" where email = 'other@example.com')",
    )
    .await
    .unwrap();
    let ids = json!({"ids": [id]});
    let message = |answer: safelight_tests::client::Answer| answer.expect(400).unwrap().string("/message").unwrap();
    let path = format!("/api/assets/{id}");
    assert_eq!(
        message(admin.get(&path).await.unwrap()),
        "Not found or no asset.read access"
    );
    let change = admin.put(&path, &json!({"isFavorite": true})).await.unwrap();
    assert_eq!(message(change), "Not found or no asset.update access");
    let deletion = admin.delete("/api/assets", Some(&ids)).await.unwrap();
    assert_eq!(message(deletion), "Not found or no asset.delete access");
    let restored = admin.post("/api/trash/restore/assets", &ids).await.unwrap();
    assert_eq!(message(restored), "Not found or no asset.delete access");
    admin
        .get(&format!("{path}/original"))
        .await
        .unwrap()
        .expect(404)
        .unwrap();
    // A member of an album with it may look, and no more.
    sql.batch_execute(
        "insert into album (album_name) values ('shared');
         insert into album_user (album_id, user_id, role) select album.id, u.id, 'viewer' from album, \"user\" u
             where u.email = 'admin@example.com';
         insert into album_asset (album_id, asset_id) select album.id, asset.id from album, asset",
    )
    .await
    .unwrap();
    admin.get(&path).await.unwrap().expect(200).unwrap();
    admin
        .get(&format!("{path}/original"))
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let change = admin.put(&path, &json!({"isFavorite": true})).await.unwrap();
    assert_eq!(message(change), "Not found or no asset.update access");
}
