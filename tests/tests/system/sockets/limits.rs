//! Sockets that do not keep their side: silent, slow, too many.

use safelight_core::events::Event;
use safelight_tests::socket::{Received, Socket};
use safelight_tests::{Kind, TestSystem, wait_until};
use serde_json::json;
use uuid::Uuid;

use super::{bus, id_of};

/// The value of a metric of the first gateway.
async fn metric(system: &TestSystem, name: &str) -> anyhow::Result<u64> {
    let url = format!("{}/metrics", system.service(Kind::ApiGateway, 0)?.health_url());
    let text = reqwest::get(url).await?.text().await?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    Ok(line.ok_or_else(|| anyhow::anyhow!("no {name} in {text}"))?.parse()?)
}

#[tokio::test]
async fn who_does_not_answer_pings_or_never_enters_is_closed() {
    let system = TestSystem::builder()
        .env("SAFELIGHT_SOCKET_PING_INTERVAL", "300ms")
        .env("SAFELIGHT_SOCKET_PING_TIMEOUT", "2s")
        .env("SAFELIGHT_SOCKET_HANDSHAKE_TIMEOUT", "1s")
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let mut lively = Socket::of(&admin).await.unwrap();
    let mut silent = Socket::of(&admin).await.unwrap();
    let mut outside = Socket::open(admin.base().unwrap(), &[]).await.unwrap();
    let ping = Received::Text("2".into());

    let answers = async {
        for _ in 0..8 {
            assert_eq!(lively.next().await.unwrap(), ping);
            lively.send("3").await.unwrap();
        }
    };
    let silence = async {
        assert_eq!(silent.next().await.unwrap(), ping);
        assert_eq!(silent.next().await.unwrap(), Received::End);
    };
    let never = async {
        let ended = loop {
            match outside.next().await.unwrap() {
                Received::Text(text) if text == "2" => outside.send("3").await.unwrap(),
                Received::Text(_) => {}
                end => break end,
            }
        };
        assert_eq!(ended, Received::Close(1008));
    };
    tokio::join!(answers, silence, never);
    assert_eq!(lively.next().await.unwrap(), ping);
    wait_until("the closed ones are not counted any more", || async {
        Ok(metric(&system, "safelight_sockets_open").await? == 1)
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn only_so_many_are_taken_and_a_place_becomes_free_again() {
    let system = TestSystem::builder()
        .env("SAFELIGHT_SOCKETS_MAX", "2")
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let one = Socket::of(&admin).await.unwrap();
    let _two = Socket::of(&admin).await.unwrap();
    let refused = Socket::of(&admin).await.err().unwrap().to_string();
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert_eq!(metric(&system, "safelight_sockets_refused_total").await.unwrap(), 1);
    drop(one);
    wait_until("there is a place", || async { Ok(Socket::of(&admin).await.is_ok()) })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_slow_reader_is_closed_while_others_go_on() {
    let system = TestSystem::builder()
        .env("SAFELIGHT_SOCKET_QUEUE_BYTES", "200KB")
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let me = id_of(&admin).await;
    let user: Uuid = me.parse().unwrap();
    let bus = bus(&system);
    let mut good = Socket::of(&admin).await.unwrap();
    let mut slow = Socket::of(&admin).await.unwrap();

    // One is read after each event, the other never: what the kernel holds for it fills, then its queue.
    let assets: Vec<Uuid> = (0..2_000).map(Uuid::from_u128).collect();
    let event = Event::AssetTrash { user, assets };
    let wanted = (
        "on_asset_trash".to_owned(),
        vec![json!((0..2_000).map(Uuid::from_u128).collect::<Vec<_>>())],
    );
    let mut sent = 0;
    while metric(&system, "safelight_sockets_dropped_slow_total").await.unwrap() == 0 {
        bus.publish(std::slice::from_ref(&event)).await;
        assert!(good.event().await.unwrap() == wanted, "another event");
        sent += 1;
        assert!(sent < 2_000, "the slow one is never closed");
    }
    // It reads what the kernel had taken, and less than was sent.
    let mut read = 0;
    while let Ok(event) = slow.event_or_end().await.unwrap() {
        assert!(event == wanted, "another event");
        read += 1;
    }
    assert!(read < sent, "{read} of {sent}");
    bus.publish(&[Event::AssetDelete { user, asset: user }]).await;
    assert_eq!(
        good.event().await.unwrap(),
        ("on_asset_delete".to_owned(), vec![json!(me)])
    );
}
