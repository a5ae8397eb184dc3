//! What the questions about access read of a large album: as Postgres counts it, for the very statements.

use safelight_tests::client::NewUpload;
use safelight_tests::{Client, Kind, TestSystem, media, wait_until};
use serde_json::json;

/// Makes Postgres write into its log how many pages each statement of this database touched, from the next connection on.
const EXPLAIN: &str = "
do $$ declare setting text; begin
    foreach setting in array array['session_preload_libraries = auto_explain', 'auto_explain.log_min_duration = 0',
            'auto_explain.log_analyze = on', 'auto_explain.log_buffers = on', 'auto_explain.log_timing = off'] loop
        execute format('alter database %I set %s', current_database(), setting);
    end loop;
end $$";

/// 100,000 assets of the admin, all of them in the one album there is.
const FILL: &str = "
drop index if exists asset_name_part;
insert into asset (owner_id, type, original_path, original_file_name, checksum, file_created_at, file_modified_at,
    local_date_time)
select u.id, 'IMAGE', '/x/' || n, n, decode(md5(n::text), 'hex'), now(), now(), now()
from \"user\" u, generate_series(1, 100000) n where u.is_admin;
insert into album_asset (album_id, asset_id) select album.id, asset.id from album, asset on conflict do nothing;
analyze asset; analyze album_asset; analyze album_user; analyze album";

/// Pages that one question may touch.
const ENOUGH: u64 = 60;

/// Every statement of the log that has this part: pages touched, and the text.
fn touched(log: &str, part: &str) -> Vec<(u64, String)> {
    let explained = log.split("Query Text:").skip(1).filter(|plan| plan.contains(part));
    let pages = |plan: &str| {
        let line = plan
            .lines()
            .find_map(|line| line.trim().strip_prefix("Buffers: shared "));
        let numbers = line.unwrap_or_default().split_whitespace().filter_map(|word| {
            let count = word.strip_prefix("hit=").or_else(|| word.strip_prefix("read="));
            count?.parse::<u64>().ok()
        });
        numbers.sum()
    };
    explained.map(|plan| (pages(plan), plan.to_owned())).collect()
}

async fn status(client: &Client, path: &str) -> u16 {
    client.get(path).await.unwrap().status
}

#[tokio::test]
async fn who_may_see_an_asset_is_told_without_reading_the_album() {
    let system = TestSystem::builder().gateways(0).start().await.unwrap();
    let sql = system.sql().await.unwrap();
    sql.batch_execute(EXPLAIN).await.unwrap();
    system.start(Kind::ApiGateway).await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let (member, stranger) = (
        system.person("member").await.unwrap(),
        system.person("x").await.unwrap(),
    );
    let me = member.get("/api/users/me").await.unwrap().string("/id").unwrap();
    let album = json!({"albumName": "large", "albumUsers": [{"userId": me, "role": "viewer"}]});
    let album = admin.post("/api/albums", &album).await.unwrap().string("/id").unwrap();
    let part = admin.upload(&NewUpload::new("live.mp4", "moving")).await.unwrap().id;
    sql.batch_execute(FILL).await.unwrap();
    let photo = NewUpload::new("live.jpg", media::jpeg()).field("livePhotoVideoId", &part);
    let photo = admin.upload(&photo).await.unwrap().id;
    let add = json!({"ids": [photo]});
    let add = admin.put(&format!("/api/albums/{album}/assets"), &add).await.unwrap();
    add.expect(200).unwrap();

    for (client, expected) in [(&member, 200), (&admin, 200), (&stranger, 404)] {
        for id in [&photo, &part] {
            let path = format!("/api/assets/{id}/original");
            assert_eq!(status(client, &path).await, expected);
        }
    }
    // Many at once are looked up one by one, and not by reading every album of the caller.
    let some = sql.query("select id::text from asset where type = 'IMAGE' limit 500", &[]);
    let some: Vec<String> = some.await.unwrap().iter().map(|row| row.get(0)).collect();
    let plan = member
        .post("/api/download/info", &json!({"assetIds": some}))
        .await
        .unwrap();
    plan.expect(201).unwrap();
    // The album itself, and the map of what is in it.
    let in_album = format!("/api/albums?assetId={photo}");
    assert_eq!(member.get_json(&in_album).await.unwrap().as_array().unwrap().len(), 1);

    wait_until("the questions are in the log", || async {
        Ok(touched(&system.postgres().log()?, "photo.live_photo_video_id").len() >= 7)
    })
    .await
    .unwrap();
    let log = system.postgres().log().unwrap();
    let questions = touched(&log, "photo.live_photo_video_id = a.id and photo.deleted_at");
    let (many, single): (Vec<_>, Vec<_>) = questions.into_iter().partition(|(_, plan)| plan.contains("loops=500"));
    assert!(
        single.len() >= 6 && !many.is_empty(),
        "{} and {}",
        single.len(),
        many.len()
    );
    for (pages, plan) in single {
        assert!((1..=ENOUGH).contains(&pages), "{pages} pages: {plan}");
    }
    for (pages, plan) in many {
        assert!(pages <= 500 * ENOUGH, "{pages} pages: {plan}");
    }
    let albums = touched(&log, "al.id = any($1) and au.user_id");
    assert!(!albums.is_empty());
    for (pages, plan) in albums {
        assert!(pages <= ENOUGH, "{pages} pages: {plan}");
    }
}
