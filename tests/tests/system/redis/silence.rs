//! A line that is cut without a word: a plug that is pulled, a firewall that forgets.

use std::time::{Duration, Instant};

use deadpool_redis::redis::cmd;
use safelight_core::config::RedisConfig;
use safelight_core::events::CommandPool;
use safelight_tests::proxy::Proxy;
use safelight_tests::servers::Redis;
use safelight_tests::wait_until;

use super::place::QUEUE;
use super::{NOTICED, PROTOCOLS, Place};

/// The consumer of wake-ups and the reader of events.
const READERS: u32 = 2;

/// Consumers behind a proxy; the producer has a way of its own.
async fn behind_a_proxy(redis: &Redis, protocol: &str) -> (Proxy, Place) {
    let proxy = Proxy::to(redis.port()).await.unwrap();
    let consumer = by(proxy.port(), protocol);
    let producer = RedisConfig {
        prefix: consumer.prefix.clone(),
        ..by(redis.port(), protocol)
    };
    let place = Place::between(protocol, &producer, &consumer).await;
    (proxy, place)
}

fn by(port: u16, protocol: &str) -> RedisConfig {
    super::place::config(&[("REDIS_URL", format!("redis://127.0.0.1:{port}?protocol={protocol}"))])
}

async fn blocked(redis: &Redis, count: u32) {
    wait_until("the readers wait in the server", || async {
        Ok(redis.blocked().await? == count)
    })
    .await
    .unwrap();
}

/// Works again in time, and holds no connection more than before.
async fn is_back(place: &mut Place, proxy: &Proxy, open: usize) {
    let took = place.heals().await;
    assert!(took < NOTICED, "noticed after {took:?}");
    place.works().await;
    wait_until("the cut connections are closed", || async { Ok(proxy.open() == open) })
        .await
        .unwrap();
}

#[tokio::test]
async fn readers_notice_it_in_the_middle_of_a_read() {
    for protocol in PROTOCOLS {
        let redis = Redis::start().await.unwrap();
        let (proxy, mut place) = behind_a_proxy(&redis, protocol).await;
        place.works().await;
        blocked(&redis, READERS).await;
        let open = proxy.open();
        proxy.cut();
        is_back(&mut place, &proxy, open).await;
    }
}

#[tokio::test]
async fn a_consumer_notices_it_that_had_no_free_slot_meanwhile() {
    let redis = Redis::start().await.unwrap();
    let (proxy, mut place) = behind_a_proxy(&redis, "resp2").await;
    place.works().await;
    let open = proxy.open();
    place.engine.queue(QUEUE).unwrap().set_limit(0);
    // The read that waits still ends by itself, after which only events are read.
    blocked(&redis, READERS - 1).await;
    proxy.cut();
    place.engine.queue(QUEUE).unwrap().set_limit(1);
    is_back(&mut place, &proxy, open).await;
}

#[tokio::test]
async fn readers_are_back_when_the_line_is() {
    let redis = Redis::start().await.unwrap();
    let (proxy, mut place) = behind_a_proxy(&redis, "resp2").await;
    place.works().await;
    let (open, accepted) = (proxy.open(), proxy.accepted());
    proxy.cut_all();
    // Both have given their connections up and hang in new ones: of those, too, they must let go.
    wait_until("the readers connect anew", || async {
        Ok(proxy.accepted() >= accepted + 2)
    })
    .await
    .unwrap();
    proxy.cut();
    is_back(&mut place, &proxy, open).await;
}

#[tokio::test]
async fn a_producer_loses_one_command_and_not_one_for_each_connection() {
    let redis = Redis::start().await.unwrap();
    let proxy = Proxy::to(redis.port()).await.unwrap();
    let commands = CommandPool::new(&by(proxy.port(), "resp2")).unwrap();
    let ping = cmd("PING");
    // As many at once as make several connections.
    let mut sleep = cmd("BLPOP");
    sleep.arg("nothing").arg("0.05");
    wait_until("there are several connections", || async {
        let all = (0..8).map(|_| commands.query::<Option<(String, String)>>(&sleep));
        futures_util::future::join_all(all).await;
        Ok(proxy.open() >= 4)
    })
    .await
    .unwrap();
    commands.query::<String>(&ping).await.unwrap();
    proxy.cut();
    let begun = Instant::now();
    assert!(commands.query::<String>(&ping).await.is_err());
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    commands.query::<String>(&ping).await.unwrap();
}
