//! Redis goes and comes: sockets stay, and what is told is told once.

use std::time::Duration;

use safelight_core::events::Event;
use safelight_tests::socket::Socket;
use safelight_tests::{Kind, TestSystem, wait_until};
use serde_json::json;
use uuid::Uuid;

use super::{admin_at, bus, event, id_of, store_settings};

#[tokio::test]
async fn sockets_outlive_redis_and_nothing_is_told_twice() {
    let system = TestSystem::builder().gateways(2).own_redis().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let user: Uuid = id_of(&admin).await.parse().unwrap();
    let at_first = admin_at(&system, 0).await;
    let mut sockets = [
        Socket::of(&at_first).await.unwrap(),
        Socket::of(&admin_at(&system, 1).await).await.unwrap(),
    ];
    let bus = bus(&system);
    let gone = |number: u128| Event::AssetDelete {
        user,
        asset: Uuid::from_u128(number),
    };
    let told = |number: u128| event("on_asset_delete", json!([Uuid::from_u128(number)]));
    bus.publish(&[gone(1)]).await;
    for socket in &mut sockets {
        assert_eq!(socket.event().await.unwrap(), told(1));
    }

    system.redis().stop().await.unwrap();
    let logs = async |words: &str| {
        wait_until(words, || async {
            let gateways = [0, 1].map(|index| system.service(Kind::ApiGateway, index));
            Ok(gateways
                .into_iter()
                .all(|gateway| gateway.is_ok_and(|gateway| gateway.log().contains(words))))
        })
        .await
        .unwrap();
    };
    logs("events cannot be read").await;
    // Told without Redis: here by the change itself, there by the beat.
    store_settings(&at_first).await;
    for socket in &mut sockets {
        assert_eq!(socket.event().await.unwrap(), event("on_config_update", json!([])));
    }

    system.redis().run().await.unwrap();
    logs("events are read again").await;
    // The change of the settings was told on the stream, too, which nobody could read.
    for socket in &mut sockets {
        assert_eq!(socket.event().await.unwrap(), event("on_events_missed", json!([])));
    }
    bus.publish(&[gone(2), gone(3)]).await;
    for socket in &mut sockets {
        assert_eq!(socket.event().await.unwrap(), told(2));
        assert_eq!(socket.event().await.unwrap(), told(3));
        assert_eq!(socket.event_within(Duration::from_millis(500)).await.unwrap(), None);
    }
}
