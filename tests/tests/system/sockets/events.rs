//! What arrives for real actions, done by real workers, at every gateway.

use safelight_core::events::Event;
use safelight_tests::client::NewUpload;
use safelight_tests::socket::Socket;
use safelight_tests::wait::PATIENCE;
use safelight_tests::{Client, TestSystem, binaries, media};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{admin_at, bus, call, event, id_of, somebody_at, store_settings};

/// The arguments of the first recorded event of this name; nothing where there are no recordings.
fn recorded(name: &str) -> Option<Value> {
    let configured = std::env::var_os("SAFELIGHT_CONTRACT").map(std::path::PathBuf::from);
    let contract = configured.unwrap_or_else(|| binaries::repository().join("../shared/contract"));
    let text = std::fs::read_to_string(contract.join("recorded/websocket.jsonl")).ok();
    if text.is_none() {
        eprintln!("SKIPPED: no recorded {name} to compare with");
    }
    let text = text?;
    let records = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let events = records.flat_map(|record| record["events"].as_array().cloned().unwrap_or_default());
    let found = events.into_iter().find(|event| event["ev"] == name);
    Some(found.unwrap_or_else(|| panic!("no recorded {name}"))["args"].clone())
}

/// The keys of everything, in their order: what two payloads of one kind have in common.
fn keys(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().map(|(key, value)| json!([key, keys(value)])).collect(),
        Value::Array(list) => list.iter().map(keys).collect(),
        _ => Value::Null,
    }
}

fn assert_as_recorded(name: &str, arguments: &[Value]) {
    if let Some(recorded) = recorded(name) {
        assert_eq!(keys(&json!(arguments)), keys(&recorded), "{name}");
    }
}

/// What both sockets hear until an event of this name, which has to be the same.
async fn both(sockets: &mut [Socket; 2], last: &str) -> Vec<(String, Vec<Value>)> {
    let heard = sockets[0].events_until(last).await.unwrap();
    assert_eq!(sockets[1].events_until(last).await.unwrap(), heard);
    heard
}

async fn upload(admin: &Client, name: &str, bytes: Vec<u8>) -> String {
    admin.upload(&NewUpload::new(name, bytes)).await.unwrap().id
}

#[tokio::test]
async fn every_event_arrives_once_in_order_with_its_payload_at_each_gateway() {
    let system = TestSystem::builder().gateways(2).photo_workers().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let mut sockets = [
        Socket::of(&admin_at(&system, 0).await).await.unwrap(),
        Socket::of(&admin_at(&system, 1).await).await.unwrap(),
    ];
    let somebody = somebody_at(&system, 1).await;
    let mut foreign = Socket::of(&somebody).await.unwrap();

    let file = NewUpload::new("one.jpg", media::jpeg()).field("isFavorite", "true");
    let one = admin.upload(&file).await.unwrap().id;
    uploaded(&admin, &mut sockets, &one).await;
    admin.upload(&file).await.unwrap();
    silent_and_updated(&system, &admin, &mut sockets, &one).await;
    deleted(&admin, &mut sockets, &one).await;
    told_to_others(&admin, &mut sockets, &somebody, &mut foreign).await;
    passed_on(&system, &mut sockets, &mut foreign).await;
}

/// The first photo, a favorite: its pictures are there.
async fn uploaded(admin: &Client, sockets: &mut [Socket; 2], one: &str) {
    let heard = both(sockets, "AssetUploadReadyV2").await;
    let [(name, uploaded), (_, ready)] = heard.as_slice() else {
        panic!("{heard:?}")
    };
    assert_eq!(name, "on_upload_success");
    let mut seen = call(admin, "GET", &format!("/api/assets/{one}"), json!(null)).await;
    for absent in ["owner", "stack"] {
        seen.as_object_mut().unwrap().remove(absent);
    }
    assert_eq!(seen["isFavorite"], true);
    seen["isFavorite"] = json!(false);
    assert_eq!(uploaded, &[seen]);
    assert_as_recorded("on_upload_success", uploaded);
    assert_eq!(ready[0]["asset"]["id"], one);
    assert_as_recorded("AssetUploadReadyV2", ready);
}

/// A duplicate before this, and each of these are silent: what is heard next is what comes after.
async fn silent_and_updated(system: &TestSystem, admin: &Client, sockets: &mut [Socket; 2], one: &str) {
    let hidden = NewUpload::new("hidden.png", media::png()).field("visibility", "hidden");
    admin.upload(&hidden).await.unwrap();
    upload(admin, "broken.jpg", b"no picture".to_vec()).await;
    call(
        admin,
        "PUT",
        &format!("/api/assets/{one}"),
        json!({"isFavorite": false}),
    )
    .await;
    call(
        admin,
        "POST",
        "/api/assets/jobs",
        json!({"assetIds": [one], "name": "regenerate-thumbnail"}),
    )
    .await;
    call(
        admin,
        "POST",
        "/api/assets/jobs",
        json!({"assetIds": [one], "name": "refresh-metadata"}),
    )
    .await;
    system.queues_idle(admin, PATIENCE).await.unwrap();
    call(
        admin,
        "PUT",
        &format!("/api/assets/{one}"),
        json!({"description": "said"}),
    )
    .await;
    let heard = both(sockets, "on_asset_update").await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!(heard[0].1[0]["exifInfo"]["description"], "said");
    assert_as_recorded("on_asset_update", &heard[0].1);
}

/// Into the trash, back, and out for good.
async fn deleted(admin: &Client, sockets: &mut [Socket; 2], one: &str) {
    let archived = NewUpload::new("two.webp", media::webp()).field("visibility", "archive");
    let two = admin.upload(&archived).await.unwrap().id;
    assert_eq!(both(sockets, "AssetUploadReadyV2").await.len(), 2);

    call(admin, "DELETE", "/api/assets", json!({"ids": [one, two]})).await;
    call(admin, "POST", "/api/trash/restore/assets", json!({"ids": [one]})).await;
    call(admin, "POST", "/api/trash/restore", json!(null)).await;
    call(admin, "DELETE", "/api/assets", json!({"ids": [one], "force": true})).await;
    assert_eq!(
        both(sockets, "on_asset_delete").await,
        [
            event("on_asset_trash", json!([[one, two]])),
            event("on_asset_restore", json!([[one]])),
            event("on_asset_delete", json!([one])),
        ]
    );
    call(admin, "DELETE", "/api/assets", json!({"ids": [two]})).await;
    call(admin, "POST", "/api/trash/empty", json!(null)).await;
    assert_eq!(
        both(sockets, "on_asset_delete").await,
        [
            event("on_asset_trash", json!([[two]])),
            event("on_asset_delete", json!([two])),
        ]
    );
}

/// An invitation goes to the invited one, new settings to everybody.
async fn told_to_others(admin: &Client, sockets: &mut [Socket; 2], somebody: &Client, foreign: &mut Socket) {
    let invited = id_of(somebody).await;
    let users = json!([{"userId": invited, "role": "viewer"}]);
    let album = call(
        admin,
        "POST",
        "/api/albums",
        json!({"albumName": "Party", "albumUsers": users}),
    )
    .await;
    let (name, told) = foreign.event().await.unwrap();
    assert_eq!(
        (name.as_str(), &told[0]["title"]),
        ("on_notification", &json!("Shared Album Invitation"))
    );
    assert_eq!(told[0]["description"], "Admin shared an album (Party) with you");
    assert_eq!(told[0]["data"], json!({"albumId": album["id"]}).to_string());
    assert_as_recorded("on_notification", &told);
    let listed = call(somebody, "GET", "/api/notifications?unread=true", json!(null)).await;
    assert_eq!(listed, json!(told));
    // Who is a member already is not told again.
    let again = format!("/api/albums/{}/users", album["id"].as_str().unwrap());
    call(admin, "PUT", &again, json!({"albumUsers": users})).await;
    assert_eq!(
        call(somebody, "GET", "/api/notifications", json!(null)).await,
        json!(told)
    );

    store_settings(admin).await;
    assert_eq!(foreign.event().await.unwrap(), event("on_config_update", json!([])));
    assert_eq!(both(sockets, "on_config_update").await.len(), 1);
}

/// Progress goes to administrators, the end of an account to everybody.
async fn passed_on(system: &TestSystem, sockets: &mut [Socket; 2], foreign: &mut Socket) {
    let (job, subject, gone) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
    let progress = Event::JobProgress {
        job,
        queue: "videoConversion".to_owned(),
        subject: Some(subject),
        per_mille: 250,
    };
    bus(system).publish(&[progress, Event::UserDelete { user: gone }]).await;
    let body = json!({"id": job, "assetId": subject, "queue": "videoConversion", "progress": 0.25});
    assert_eq!(
        both(sockets, "on_user_delete").await,
        [
            event("on_job_progress", json!([body])),
            event("on_user_delete", json!([gone]))
        ]
    );
    assert_eq!(foreign.event().await.unwrap(), event("on_user_delete", json!([gone])));
}
