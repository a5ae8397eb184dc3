//! What a socket is told by what its credentials may read, and what bad credentials cost.

use safelight_core::events::Event;
use safelight_tests::socket::{Received, Socket};
use safelight_tests::{Client, TestSystem, wait_until};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{bus, call, id_of, store_settings};

/// A socket of a new key of a client.
async fn socket_of_key(client: &Client, permissions: &[&str]) -> (Socket, Value) {
    let key = call(
        client,
        "POST",
        "/api/api-keys",
        json!({"name": "k", "permissions": permissions}),
    )
    .await;
    let secret = key["secret"].as_str().unwrap();
    let socket = Socket::connect(client.base().unwrap(), &[("x-api-key", secret)]).await;
    (socket.unwrap(), key["apiKey"]["id"].clone())
}

/// One event of each kind that goes to an account.
async fn publish_everything(system: &TestSystem, admin: &Client) {
    let user: Uuid = id_of(admin).await.parse().unwrap();
    // As a row, so that nobody but this tells it.
    let told = system
        .sql()
        .await
        .unwrap()
        .query_one(
            "insert into notification (user_id, level, type, title) values ($1::text::uuid, 'info', 'Custom', 'Hello')
             returning id::text",
            &[&user.to_string()],
        )
        .await
        .unwrap();
    let told: String = told.get(0);
    let asset = Uuid::from_u128(7);
    let events = vec![
        Event::AssetHidden { user, asset },
        Event::AssetTrash {
            user,
            assets: vec![asset],
        },
        Event::AssetRestore {
            user,
            assets: vec![asset],
        },
        Event::AssetDelete { user, asset },
        Event::Notification {
            user,
            notification: told.parse().unwrap(),
        },
        Event::JobProgress {
            job: asset,
            queue: "videoConversion".to_owned(),
            subject: None,
            per_mille: 1,
        },
        Event::UserDelete {
            user: Uuid::from_u128(8),
        },
    ];
    bus(system).publish(&events).await;
}

async fn names(socket: &mut Socket) -> Vec<String> {
    let heard = socket.events_until("on_user_delete").await.unwrap();
    heard.into_iter().map(|(name, _)| name).collect()
}

#[tokio::test]
async fn a_key_hears_what_it_may_read() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let (mut of_assets, id) = socket_of_key(&admin, &["user.read", "asset.read", "apiKey.read"]).await;
    let (mut of_notifications, _) = socket_of_key(&admin, &["user.read", "notification.read"]).await;
    let (mut of_jobs, _) = socket_of_key(&admin, &["user.read", "queueJob.read"]).await;
    let (mut of_nothing, _) = socket_of_key(&admin, &["asset.upload"]).await;
    let (mut of_everything, _) = socket_of_key(&admin, &["all"]).await;
    let mut session = Socket::of(&admin).await.unwrap();
    publish_everything(&system, &admin).await;

    let assets = [
        "on_asset_hidden",
        "on_asset_trash",
        "on_asset_restore",
        "on_asset_delete",
    ];
    let last = "on_user_delete";
    let all: Vec<&str> = [&assets[..], &["on_notification", "on_job_progress", last]].concat();
    assert_eq!(names(&mut session).await, all);
    assert_eq!(names(&mut of_everything).await, all);
    assert_eq!(names(&mut of_assets).await, [&assets[..], &[last]].concat());
    assert_eq!(names(&mut of_notifications).await, ["on_notification", last]);
    assert_eq!(names(&mut of_jobs).await, ["on_job_progress", last]);
    // That there are new settings tells nothing.
    store_settings(&admin).await;
    assert_eq!(of_nothing.event().await.unwrap().0, "on_config_update");

    // What is taken away from a key is taken away from its open socket.
    let path = format!("/api/api-keys/{}", id.as_str().unwrap());
    call(&admin, "PUT", &path, json!({"permissions": ["user.read"]})).await;
    let of_assets = tokio::sync::Mutex::new(of_assets);
    wait_until("the socket knows that its key may less", || async {
        publish_everything(&system, &admin).await;
        let heard = names(&mut *of_assets.lock().await).await;
        Ok(!heard.contains(&"on_asset_trash".to_owned()))
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn bad_credentials_take_the_place_of_nobody() {
    let system = TestSystem::builder()
        .env("SAFELIGHT_SOCKETS_MAX", "1")
        .env("SAFELIGHT_SOCKETS_STRANGERS", "2")
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let base = admin.base().unwrap();
    let bad = [("authorization", "Bearer bad")];
    let mut first = Socket::open(base, &bad).await.unwrap();
    let _second = Socket::open(base, &[]).await.unwrap();
    let third = Socket::open(base, &bad).await.err().unwrap().to_string();
    assert!(third.starts_with("HTTP/1.1 401 "), "{third}");
    // Nobody who may come in waits for them.
    Socket::of(&admin).await.unwrap();
    // They are told, and who does not listen is let go soon.
    first.send("40").await.unwrap();
    let mut heard = Vec::new();
    loop {
        match first.next().await.unwrap() {
            Received::End => break,
            one => heard.push(one),
        }
    }
    let error = Received::Text(r#"42["error","unauthorized"]"#.to_owned());
    assert!(heard.contains(&error), "{heard:?}");
    wait_until("there is a place at the door", || async {
        Ok(Socket::open(base, &bad).await.is_ok())
    })
    .await
    .unwrap();
}
