//! A live photo is one thing: what happens to the photo happens to its moving part.

use futures_util::{StreamExt as _, stream};
use safelight_tests::client::NewUpload;
use safelight_tests::wait::PATIENCE;
use safelight_tests::{Client, Kind, TestSystem, media, wait_until};
use serde_json::{Value, json};

/// The migration that makes the database hold it.
const UP: &str = include_str!("../../../../migrations/2026-11-29-000600_live_photo_halves/up.sql");
const DOWN: &str = include_str!("../../../../migrations/2026-11-29-000600_live_photo_halves/down.sql");

/// A person with a live photo.
struct House {
    system: TestSystem,
    admin: Client,
    photo: String,
    part: String,
}

impl House {
    async fn new() -> Self {
        let system = TestSystem::builder().start().await.unwrap();
        let admin = system.client().sign_up_admin().await.unwrap();
        let part = admin.upload(&NewUpload::new("live.mp4", "moving")).await.unwrap().id;
        let photo = NewUpload::new("live.jpg", media::jpeg()).field("livePhotoVideoId", &part);
        let photo = admin.upload(&photo).await.unwrap().id;
        Self {
            system,
            admin,
            photo,
            part,
        }
    }

    /// One more photo with the same moving part.
    async fn second_photo(&self, visibility: &str) -> String {
        let photo = NewUpload::new("edited.jpg", media::jpeg())
            .field("livePhotoVideoId", &self.part)
            .field("visibility", visibility);
        self.admin.upload(&photo).await.unwrap().id
    }

    /// Opens the locked folder in a session of its own.
    async fn unlocked(&self) -> Client {
        self.system
            .sql()
            .await
            .unwrap()
            .batch_execute(
                "insert into session (token, user_id, pin_expires_at)
                 select sha256('open'), id, now() + interval '1 hour' from \"user\"",
            )
            .await
            .unwrap();
        self.system.client().with_token("open").unwrap()
    }

    async fn show(&self, client: &Client, id: &str, visibility: &str) {
        let change = json!({"visibility": visibility});
        let path = format!("/api/assets/{id}");
        client.put(&path, &change).await.unwrap().expect(200).unwrap();
    }

    async fn throw_away(&self, id: &str) {
        let ids = json!({"ids": [id]});
        let answer = self.admin.delete("/api/assets", Some(&ids)).await.unwrap();
        answer.expect(204).unwrap();
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.admin.post(path, &body).await.unwrap();
        answer.ok().unwrap().json().unwrap()
    }

    /// Where an asset is.
    async fn place(&self, id: &str) -> (String, String) {
        let sql = self.system.sql().await.unwrap();
        let row = sql
            .query_one(
                "select visibility, status, (deleted_at is null) = (status = 'active') from asset where id = $1::text::uuid",
                &[&id],
            )
            .await
            .unwrap();
        assert!(row.get::<_, bool>(2), "the date of deletion is that of the status");
        (row.get(0), row.get(1))
    }

    async fn assert_part(&self, visibility: &str, status: &str) {
        let place = self.place(&self.part).await;
        assert_eq!((place.0.as_str(), place.1.as_str()), (visibility, status));
    }
}

#[tokio::test]
async fn the_moving_part_of_a_locked_photo_is_behind_the_pin() {
    let house = House::new().await;
    let House { admin, photo, part, .. } = &house;
    house.assert_part("hidden", "active").await;
    // A moving part that somebody has put into an album leaves it as its photo does.
    let album = json!({"albumName": "a", "assetIds": [photo, part]});
    let album = house.post("/api/albums", album).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    house.show(admin, photo, "locked").await;
    house.assert_part("locked", "active").await;
    let sql = house.system.sql().await.unwrap();
    let shared = sql.query_one("select count(*) from album_asset", &[]).await.unwrap();
    assert_eq!(shared.get::<_, i64>(0), 0, "of {album}");

    let key = admin.create_api_key().await.unwrap();
    let by_key = house.system.client().with_api_key(&key).unwrap();
    for client in [admin, &by_key] {
        let path = format!("/api/assets/{part}");
        for (path, status) in [
            (path.clone(), 400),
            (format!("{path}/original"), 404),
            (format!("{path}/video/playback"), 404),
            (format!("{path}/thumbnail"), 400),
        ] {
            client.get(&path).await.unwrap().expect(status).unwrap();
        }
        let archive = json!({"assetIds": [part]});
        let archive = client.post("/api/download/archive", &archive).await.unwrap();
        archive.expect(400).unwrap();
        let everything = client.post("/api/search/metadata", &json!({})).await.unwrap();
        assert!(!everything.text().contains(part.as_str()), "{}", everything.text());
    }
    let open = house.unlocked().await;
    for path in ["original", "video/playback"] {
        let path = format!("/api/assets/{part}/{path}");
        open.get(&path).await.unwrap().expect(200).unwrap();
    }
    // In the folder there is one thing, not two.
    let buckets = open.get_json("/api/timeline/buckets?visibility=locked").await.unwrap();
    assert_eq!(buckets[0]["count"], 1, "{buckets}");
    let counts = open.get_json("/api/assets/statistics?visibility=locked").await.unwrap();
    assert_eq!(counts["total"], 1);
    let locked = json!({"visibility": "locked"});
    let found = open
        .post("/api/search/metadata", &locked)
        .await
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(found["assets"]["total"], 1);
    let whole = json!({"assetIds": [photo]});
    let plan = open.post("/api/download/info", &whole).await.unwrap().json().unwrap();
    assert_eq!(plan["archives"][0]["assetIds"], json!([photo, part]));

    // It does not come out alone, and comes out with its photo.
    house.show(&open, part, "timeline").await;
    house.assert_part("locked", "active").await;
    house.show(&open, photo, "archive").await;
    house.assert_part("hidden", "active").await;
}

#[tokio::test]
async fn a_moving_part_is_locked_with_any_of_its_photos_and_thrown_away_with_the_last() {
    let house = House::new().await;
    let House { admin, photo, .. } = &house;
    let second = house.second_photo("timeline").await;
    house.throw_away(photo).await;
    house.assert_part("hidden", "active").await;
    house.throw_away(&second).await;
    house.assert_part("hidden", "trashed").await;
    house.post("/api/trash/restore/assets", json!({"ids": [second]})).await;
    house.assert_part("hidden", "active").await;

    let third = house.second_photo("locked").await;
    house.assert_part("locked", "active").await;
    let open = house.unlocked().await;
    house.show(&open, &second, "locked").await;
    house.show(&open, &third, "timeline").await;
    house.assert_part("locked", "active").await;
    house.show(&open, &second, "timeline").await;
    house.assert_part("hidden", "active").await;
    // Nothing is the moving part of itself.
    let itself = json!({"livePhotoVideoId": house.part});
    let itself = admin
        .put(&format!("/api/assets/{}", house.part), &itself)
        .await
        .unwrap();
    assert_eq!(
        itself.expect(400).unwrap().string("/message").unwrap(),
        "Live photo video must be another asset"
    );
}

#[tokio::test]
async fn the_trash_takes_gives_back_and_counts_a_live_photo_once() {
    let house = House::new().await;
    let House { photo, part, .. } = &house;
    house.throw_away(photo).await;
    house.assert_part("hidden", "trashed").await;
    assert_eq!(house.post("/api/trash/restore", json!({})).await["count"], 1);
    house.assert_part("hidden", "active").await;
    house.throw_away(photo).await;
    assert_eq!(house.post("/api/trash/empty", json!({})).await["count"], 1);
    house.assert_part("hidden", "deleted").await;
    // What is on its way out stays on it.
    let restored = house
        .post("/api/trash/restore/assets", json!({"ids": [photo, part]}))
        .await;
    assert_eq!(restored["count"], 0);
    house.assert_part("hidden", "deleted").await;
}

#[tokio::test]
async fn a_moving_part_may_go_alone() {
    let house = House::new().await;
    let House { admin, photo, part, .. } = &house;
    house.throw_away(part).await;
    house.assert_part("hidden", "trashed").await;
    assert_eq!(house.place(photo).await.1, "active");
    // It is no part of a download then: whoever may have the photo may not have this.
    let plan = house.post("/api/download/info", json!({"assetIds": [photo]})).await;
    assert_eq!(plan["archives"][0]["assetIds"], json!([photo, part]), "its owner may");
    assert_eq!(house.post("/api/trash/restore", json!({})).await["count"], 1);
    house.assert_part("hidden", "active").await;
    // Taken off, it is an asset of its own.
    let off = json!({"livePhotoVideoId": null});
    let path = format!("/api/assets/{photo}");
    admin.put(&path, &off).await.unwrap().expect(200).unwrap();
    house.assert_part("timeline", "active").await;
    house.throw_away(photo).await;
    house.assert_part("timeline", "active").await;
    // Linked again it is out of sight, also from the archive, and where its photo is.
    house.show(admin, part, "archive").await;
    let on = json!({"livePhotoVideoId": part});
    admin.put(&path, &on).await.unwrap().expect(200).unwrap();
    house.assert_part("hidden", "trashed").await;
}

#[tokio::test]
async fn what_was_wrong_before_is_mended() {
    let house = House::new().await;
    let House { photo, part, .. } = &house;
    let trashed = house.second_photo("timeline").await;
    let other = house.admin.upload(&NewUpload::new("b.mp4", "other")).await.unwrap().id;
    let album = house.post("/api/albums", json!({"albumName": "a"})).await;
    let sql = house.system.sql().await.unwrap();
    sql.batch_execute(DOWN).await.unwrap();
    sql.batch_execute(&format!(
        "update asset set visibility = 'locked' where id = '{photo}';
         update asset set visibility = 'hidden' where id = '{other}';
         update asset set live_photo_video_id = '{other}', status = 'trashed', deleted_at = '2024-01-01 00:00:00Z'
             where id = '{trashed}';
         insert into album_asset (album_id, asset_id) values ({}, '{part}')",
        album["id"].to_string().replace('"', "'")
    ))
    .await
    .unwrap();
    house.assert_part("hidden", "active").await;
    sql.batch_execute(UP).await.unwrap();
    house.assert_part("locked", "active").await;
    assert_eq!(house.place(&other).await, ("hidden".to_owned(), "trashed".to_owned()));
    let content = sql.query_one("select count(*) from album_asset", &[]).await.unwrap();
    assert_eq!(content.get::<_, i64>(0), 0);
}

#[tokio::test]
async fn many_who_change_both_halves_do_not_wait_in_a_circle() {
    let house = House::new().await;
    let House { admin, photo, part, .. } = &house;
    let second = house.second_photo("timeline").await;
    let path = format!("/api/assets/{photo}");
    let writers = (0..160).map(|turn| {
        let (path, second) = (path.as_str(), second.as_str());
        async move {
            let both = json!({"ids": [part, photo, second], "isFavorite": turn % 2 == 0});
            let status = match turn % 4 {
                0 => admin.put("/api/assets", &both).await,
                1 => {
                    admin
                        .put(
                            path,
                            &json!({"visibility": if turn % 8 == 1 { "archive" } else { "timeline" }}),
                        )
                        .await
                }
                2 => {
                    admin
                        .delete("/api/assets", Some(&json!({"ids": [photo, second]})))
                        .await
                }
                _ => admin.post("/api/trash/restore", &json!({})).await,
            };
            status.unwrap().status
        }
    });
    let statuses: Vec<u16> = stream::iter(writers).buffer_unordered(12).collect().await;
    let failed: Vec<&u16> = statuses.iter().filter(|status| **status >= 300).collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert_eq!(deadlocks(&house.system.sql().await.unwrap()).await, 0);
}

#[tokio::test]
async fn both_halves_are_deleted_at_the_same_time() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let sql = system.sql().await.unwrap();
    sql.batch_execute(
        "insert into asset (owner_id, type, original_path, original_file_name, checksum, file_created_at,
             file_modified_at, local_date_time, visibility)
         select id, case when n > 30 then 'VIDEO' else 'IMAGE' end, '/nowhere/' || n, n, sha256(n::text::bytea), now(),
             now(), now(), case when n > 30 then 'hidden' else 'timeline' end
         from \"user\", generate_series(1, 60) n;
         update asset photo set live_photo_video_id = part.id from asset part
         where part.type = 'VIDEO' and part.original_file_name::int = photo.original_file_name::int + 30",
    )
    .await
    .unwrap();
    let all = sql.query("select id::text from asset", &[]).await.unwrap();
    let all: Vec<String> = all.iter().map(|row| row.get(0)).collect();
    let deletion = json!({"ids": all, "force": true});
    let answer = admin.delete("/api/assets", Some(&deletion)).await.unwrap();
    answer.expect(204).unwrap();
    for _ in 0..2 {
        system.start(Kind::MetadataWorker).await.unwrap();
    }
    wait_until("everything is gone", async || {
        let left = sql.query_one("select count(*) from asset", &[]).await?;
        Ok(left.get::<_, i64>(0) == 0)
    })
    .await
    .unwrap();
    system.queues_idle(&admin, PATIENCE).await.unwrap();
    assert_eq!(deadlocks(&sql).await, 0);
}

/// How often Postgres had to choose one of several that waited for each other.
async fn deadlocks(sql: &tokio_postgres::Client) -> i64 {
    let query = "select deadlocks from pg_stat_database where datname = current_database()";
    sql.query_one(query, &[]).await.unwrap().get(0)
}
