//! What members of an album see of what its people have thrown away: nothing.

use safelight_tests::client::NewUpload;
use safelight_tests::{Client, TestSystem, media};
use serde_json::{Value, json};

/// An album of the admin with one photo in sight and one in the trash, and a member.
struct House {
    system: TestSystem,
    admin: Client,
    member: Client,
    album: String,
    shown: String,
    trashed: String,
}

impl House {
    async fn new(role: &str) -> Self {
        let system = TestSystem::builder().start().await.unwrap();
        let admin = system.client().sign_up_admin().await.unwrap();
        let member = system.person("member").await.unwrap();
        let upload = async |name| {
            let file = NewUpload::new(name, media::jpeg());
            admin.upload(&file).await.unwrap().id
        };
        let (shown, trashed) = (upload("shown.jpg").await, upload("trashed.jpg").await);
        let me = member.get("/api/users/me").await.unwrap().string("/id").unwrap();
        let album = json!({
            "albumName": "shared", "assetIds": [shown, trashed], "albumUsers": [{"userId": me, "role": role}],
        });
        let album = admin.post("/api/albums", &album).await.unwrap().string("/id").unwrap();
        let deletion = json!({"ids": [trashed]});
        let deletion = admin.delete("/api/assets", Some(&deletion)).await.unwrap();
        deletion.expect(204).unwrap();
        Self {
            system,
            admin,
            member,
            album,
            shown,
            trashed,
        }
    }
}

async fn get(client: &Client, path: &str) -> Value {
    client.get_json(path).await.unwrap()
}

#[tokio::test]
async fn members_see_nothing_of_the_trash() {
    let house = House::new("editor").await;
    let House {
        admin,
        member,
        album,
        shown,
        trashed,
        ..
    } = &house;
    let bucket = format!("/api/timeline/bucket?timeBucket=2024-03-01&albumId={album}&isTrashed=true");
    let buckets = format!("/api/timeline/buckets?albumId={album}&isTrashed=true");
    assert_eq!(get(admin, &bucket).await["id"], json!([trashed]), "its owner sees it");
    assert_eq!(get(member, &bucket).await["id"], json!([]));
    assert_eq!(get(admin, &buckets).await[0]["count"], 1);
    assert_eq!(get(member, &buckets).await, json!([]));
    // That it is in the album is not told either.
    assert_eq!(get(member, &format!("/api/albums?assetId={trashed}")).await, json!([]));
    assert_eq!(
        get(member, &format!("/api/albums?assetId={shown}")).await[0]["id"],
        json!(album)
    );
    assert_eq!(
        get(admin, &format!("/api/albums?assetId={trashed}")).await[0]["id"],
        json!(album)
    );
    let path = format!("/api/albums/{album}");
    let picture = json!({"albumThumbnailAssetId": trashed});
    let picture = member
        .send(reqwest::Method::PATCH, &path, Some(&picture))
        .await
        .unwrap();
    picture.expect(400).unwrap();
    let taken = json!({"ids": [trashed, shown]});
    let taken = member.delete(&format!("{path}/assets"), Some(&taken)).await.unwrap();
    let taken = taken.expect(200).unwrap().json().unwrap();
    assert_eq!(
        (&taken[0]["error"], &taken[1]["error"]),
        (&json!("not_found"), &json!("no_permission"))
    );
}

#[tokio::test]
async fn what_is_hidden_in_an_album_is_its_owners() {
    let house = House::new("viewer").await;
    let House {
        admin,
        member,
        album,
        shown,
        ..
    } = &house;
    let hide = json!({"visibility": "hidden"});
    let hidden = admin.put(&format!("/api/assets/{shown}"), &hide).await.unwrap();
    hidden.expect(200).unwrap();
    let buckets = format!("/api/timeline/buckets?albumId={album}&visibility=hidden");
    assert_eq!(get(admin, &buckets).await[0]["count"], 1);
    assert_eq!(get(member, &buckets).await, json!([]));
    let one = member.get(&format!("/api/assets/{shown}")).await.unwrap();
    one.expect(400).unwrap();
    let plan = json!({"albumId": album});
    let plan = member.post("/api/download/info", &plan).await.unwrap().json().unwrap();
    assert_eq!(plan["totalSize"], 0);
}

#[tokio::test]
async fn a_moving_part_is_seen_as_long_as_its_photo_is() {
    let house = House::new("viewer").await;
    let House {
        system,
        admin,
        member,
        shown,
        ..
    } = &house;
    let part = admin.upload(&NewUpload::new("live.mp4", "moving")).await.unwrap().id;
    let link = json!({"livePhotoVideoId": part});
    let path = format!("/api/assets/{shown}");
    admin.put(&path, &link).await.unwrap().expect(200).unwrap();
    let original = format!("/api/assets/{part}/original");
    member.get(&original).await.unwrap().expect(200).unwrap();
    let plan = json!({"assetIds": [shown]});
    let plan = async || member.post("/api/download/info", &plan).await.unwrap().json().unwrap();
    assert_eq!(plan().await["archives"][0]["assetIds"], json!([shown, part]));
    // Thrown away alone it is out of the member's sight, and out of downloads.
    let sql = system.sql().await.unwrap();
    let one = |status: &str| {
        let deleted = if status == "active" { "null" } else { "now()" };
        format!("update asset set status = '{status}', deleted_at = {deleted} where id = '{part}'")
    };
    sql.batch_execute(&one("trashed")).await.unwrap();
    member.get(&original).await.unwrap().expect(404).unwrap();
    assert_eq!(plan().await["archives"][0]["assetIds"], json!([shown]));
    sql.batch_execute(&one("active")).await.unwrap();
    member.get(&original).await.unwrap().expect(200).unwrap();
    // Thrown away with its photo it is its owner's alone, even if somebody gives only the part back.
    let deletion = admin
        .delete("/api/assets", Some(&json!({"ids": [shown]})))
        .await
        .unwrap();
    deletion.expect(204).unwrap();
    member.get(&original).await.unwrap().expect(404).unwrap();
    sql.batch_execute(&one("active")).await.unwrap();
    member.get(&original).await.unwrap().expect(404).unwrap();
    admin.get(&original).await.unwrap().expect(200).unwrap();
}
