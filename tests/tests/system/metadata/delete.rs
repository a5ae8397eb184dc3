//! What is deleted goes, with its files; what anything names stays.

use super::House;

const ON_DISK: &str = r#"{"deleteOnDisk":true}"#;

#[tokio::test]
async fn an_asset_goes_with_its_files_its_quota_and_its_hidden_half() {
    let house = House::open(&[]).await.unwrap();
    let (asset, path) = house.asset("a.jpg", b"12345").await.unwrap();
    let (video, video_path) = house.asset("a.mp4", b"678").await.unwrap();
    let (kept, kept_path) = house.asset("b.jpg", b"9").await.unwrap();
    let preview = house.place("a_preview-1.jpeg").unwrap();
    let part = house.place(".a_preview-1.jpeg.part").unwrap();
    for path in [&preview, &part] {
        std::fs::write(path, b"x").unwrap();
    }
    house.file_row(asset, "preview", &preview).await.unwrap();
    house
        .sql
        .batch_execute(&format!(
            "update asset set live_photo_video_id = '{video}', status = 'trashed', deleted_at = now() where id = '{asset}'; \
             update asset set visibility = 'hidden' where id = '{video}'; \
             update \"user\" set quota_usage_in_bytes = 9"
        ))
        .await
        .unwrap();
    for id in [asset, kept] {
        house
            .enqueue("backgroundTask", "AssetDelete", &id.to_string(), ON_DISK, None)
            .await
            .unwrap();
    }
    house.done().await.unwrap();
    for gone in [&path, &video_path, &preview, &part] {
        assert!(!gone.exists(), "{}", gone.display());
    }
    assert!(kept_path.exists(), "what is not in the trash stays");
    let left = house.text("select string_agg(id::text, ' ') from asset").await.unwrap();
    assert_eq!(left, Some(kept.to_string()));
    let used = house
        .text("select quota_usage_in_bytes::text from \"user\"")
        .await
        .unwrap();
    assert_eq!(used.as_deref(), Some("1"));
}

#[tokio::test]
async fn files_that_are_named_or_not_ours_are_never_deleted() {
    let house = House::open(&[]).await.unwrap();
    let (asset, original) = house.asset("a.jpg", b"x").await.unwrap();
    let named: Vec<_> = ["preview.jpeg", "profile.webp", "soon.webp", "upload.png", "orphan.webp"]
        .iter()
        .map(|name| house.place(name).unwrap())
        .collect();
    let outside = house.system.folder().join("outside.jpg");
    for path in named.iter().chain([&outside]) {
        std::fs::write(path, b"x").unwrap();
    }
    house.file_row(asset, "preview", &named[0]).await.unwrap();
    let rows = format!(
        "update \"user\" set profile_image_path = '{}'; insert into node (boot, service, host, version) \
         values ('{asset}', 'test', 'test', '1'); insert into file_intent (path, boot) values ('{}', '{asset}'); \
         insert into profile_upload (user_id, upload, path, file_name) values ('{}', '{asset}', '{}', 'me.png')",
        named[1].display(),
        named[2].display(),
        house.owner,
        named[3].display()
    );
    house.sql.batch_execute(&rows).await.unwrap();
    let all: Vec<_> = named.iter().chain([&original, &outside]).collect();
    let payload = serde_json::json!({ "files": all }).to_string();
    house
        .enqueue("backgroundTask", "FileDelete", "", &payload, None)
        .await
        .unwrap();
    house.done().await.unwrap();
    assert!(!named[4].exists(), "the orphan is gone");
    for kept in named[..4].iter().chain([&original, &outside]) {
        assert!(kept.exists(), "{}", kept.display());
    }
}

#[tokio::test]
async fn emptying_the_trash_takes_what_was_deleted_and_nothing_else() {
    let house = House::open(&[]).await.unwrap();
    let (deleted, deleted_path) = house.asset("a.jpg", b"1").await.unwrap();
    let (trashed, trashed_path) = house.asset("b.jpg", b"2").await.unwrap();
    let update = format!(
        "update asset set status = 'deleted', deleted_at = now() where id = '{deleted}'; \
         update asset set status = 'trashed', deleted_at = now() where id = '{trashed}'"
    );
    house.sql.batch_execute(&update).await.unwrap();
    house
        .enqueue("backgroundTask", "AssetEmptyTrash", "", "{}", None)
        .await
        .unwrap();
    house.done().await.unwrap();
    assert!(!deleted_path.exists() && trashed_path.exists());
    assert_eq!(
        house.text("select id::text from asset").await.unwrap(),
        Some(trashed.to_string())
    );
}
