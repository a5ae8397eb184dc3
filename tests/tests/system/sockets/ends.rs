//! Sockets whose credentials end, and those of a gateway that stops.

use safelight_core::events::Event;
use safelight_tests::socket::{Received, Socket};
use safelight_tests::{Kind, TestSystem};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{admin_at, bus, call, event, id_of, somebody_at};

/// The id of a client's session.
async fn session_of(client: &safelight_tests::Client) -> Value {
    let sessions = call(client, "GET", "/api/sessions", json!(null)).await;
    let current = sessions.as_array().unwrap().iter().find(|one| one["current"] == true);
    current.unwrap()["id"].clone()
}

/// All that is heard until the end, as text.
async fn to_the_end(socket: &mut Socket) -> Vec<(String, Vec<Value>)> {
    let mut heard = Vec::new();
    loop {
        match socket.event_or_end().await.unwrap() {
            Ok(event) => heard.push(event),
            Err(Received::End) => return heard,
            Err(_) => {}
        }
    }
}

#[tokio::test]
async fn a_socket_ends_with_its_session_its_key_or_its_account() {
    let system = TestSystem::builder()
        .gateways(2)
        .env("SAFELIGHT_SOCKET_RECHECK", "500ms")
        .start()
        .await
        .unwrap();
    let stays = system.client().sign_up_admin().await.unwrap();
    let mut open = Socket::of(&stays).await.unwrap();
    let user: Uuid = id_of(&stays).await.parse().unwrap();

    // Logged out at one gateway: told at the other, also to the session below it, and nothing follows.
    let leaves = admin_at(&system, 0).await;
    let ended = session_of(&leaves).await;
    let below = call(&leaves, "POST", "/api/sessions", json!({})).await;
    let child = leaves.with_token(below["token"].as_str().unwrap()).unwrap();
    let mut of_child = Socket::of(&child).await.unwrap();
    let other_gateway = system.client_of(1).unwrap();
    let token = leaves.headers()["authorization"].to_str().unwrap();
    let mut at_other = Socket::connect(other_gateway.base().unwrap(), &[("authorization", token)])
        .await
        .unwrap();
    call(&leaves, "POST", "/api/auth/logout", json!(null)).await;
    assert_eq!(
        at_other.event().await.unwrap(),
        event("on_session_delete", json!([ended]))
    );
    assert_eq!(
        of_child.event().await.unwrap(),
        event("on_session_delete", json!([below["id"]]))
    );
    let trash = Event::AssetTrash {
        user,
        assets: vec![user],
    };
    bus(&system).publish(&[trash]).await;
    assert_eq!(open.event().await.unwrap(), event("on_asset_trash", json!([[user]])));
    assert_eq!(to_the_end(&mut at_other).await, []);
    assert_eq!(to_the_end(&mut of_child).await, []);

    // No event at all: rows that are gone are seen by themselves.
    let key = call(
        &stays,
        "POST",
        "/api/api-keys",
        json!({"name": "k", "permissions": ["all"]}),
    )
    .await;
    let by_key = system.client().with_api_key(key["secret"].as_str().unwrap()).unwrap();
    let mut of_key = Socket::of(&by_key).await.unwrap();
    let forgotten = admin_at(&system, 1).await;
    let id = session_of(&forgotten).await;
    let mut of_forgotten = Socket::of(&forgotten).await.unwrap();
    let sql = system.sql().await.unwrap();
    let delete = "delete from session where id::text = $1";
    assert_eq!(sql.execute(delete, &[&id.as_str().unwrap()]).await.unwrap(), 1);
    sql.execute("delete from api_key", &[]).await.unwrap();
    assert_eq!(to_the_end(&mut of_key).await, []);
    assert_eq!(
        to_the_end(&mut of_forgotten).await,
        [event("on_session_delete", json!([id]))]
    );

    // The account of somebody is gone: everybody hears of it, and its own sockets end.
    let somebody = somebody_at(&system, 1).await;
    let gone = id_of(&somebody).await;
    let mut of_gone = Socket::of(&somebody).await.unwrap();
    let gone: Uuid = gone.parse().unwrap();
    sql.execute("delete from \"user\" where id::text = $1", &[&gone.to_string()])
        .await
        .unwrap();
    bus(&system).publish(&[Event::UserDelete { user: gone }]).await;
    assert_eq!(open.event().await.unwrap(), event("on_user_delete", json!([gone])));
    to_the_end(&mut of_gone).await;
}

#[tokio::test]
async fn a_gateway_that_stops_sends_its_sockets_elsewhere() {
    let system = TestSystem::builder().gateways(2).start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let mut here = Socket::of(&admin_at(&system, 0).await).await.unwrap();
    let mut never_entered = Socket::open(system.client_of(0).unwrap().base().unwrap(), &[])
        .await
        .unwrap();
    assert!(matches!(never_entered.next().await.unwrap(), Received::Text(text) if text.starts_with('0')));
    let mut elsewhere = Socket::of(&admin_at(&system, 1).await).await.unwrap();
    let user: Uuid = id_of(&admin).await.parse().unwrap();
    let stopped = system.service(Kind::ApiGateway, 0).unwrap();
    assert!(stopped.terminate().await.unwrap().success());
    for socket in [&mut here, &mut never_entered] {
        assert_eq!(socket.next().await.unwrap(), Received::Close(1001));
        assert_eq!(socket.next().await.unwrap(), Received::End);
    }
    bus(&system).publish(&[Event::AssetDelete { user, asset: user }]).await;
    assert_eq!(
        elsewhere.event().await.unwrap(),
        event("on_asset_delete", json!([user]))
    );
}
