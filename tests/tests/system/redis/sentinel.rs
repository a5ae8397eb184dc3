//! Sentinels: the master goes, another takes its place, and nobody has to do anything.

use std::time::Duration;

use base64::Engine as _;
use safelight_tests::servers::{MASTER, RedisProgram, Sentinels};
use serde_json::json;

use super::{PROTOCOLS, Place};

/// From the moment at which the sentinels have a new master: a pause between two tries to connect, and a try.
const AFTER_FAILOVER: Duration = Duration::from_secs(15);

/// Works on the first master, and by itself on the other once that is gone.
async fn survives(sentinels: &Sentinels, mut places: Vec<Place>) {
    for place in &mut places {
        place.works().await;
    }
    sentinels.servers[0].stop().await.unwrap();
    sentinels.agree_on(1).await.unwrap();
    for place in &mut places {
        let took = place.heals().await;
        assert!(took < AFTER_FAILOVER, "{took:?}");
        place.works().await;
    }
    // The old one comes back as the replica of the new one.
    sentinels.servers[0].run().await.unwrap();
    for place in &mut places {
        place.works().await;
    }
}

#[tokio::test]
async fn three_sentinels_with_logins_of_their_own() {
    for program in RedisProgram::all() {
        let sentinels = Sentinels::start(&program, 3, Some(["server", "senti&nel"]))
            .await
            .unwrap();
        let mut places = Vec::new();
        for protocol in PROTOCOLS {
            let name = format!("{}, {protocol}", program.name());
            let url = format!(
                "redis-sentinel://:server@{}/{MASTER}/2?sentinelPassword=senti%26nel&protocol={protocol}",
                sentinels.addresses()
            );
            places.push(Place::open(&name, &[("REDIS_URL", url)]).await);
        }
        survives(&sentinels, places).await;
    }
}

#[tokio::test]
async fn one_sentinel_in_the_options_of_an_immich_env() {
    let program = RedisProgram::redis();
    let sentinels = Sentinels::start(&program, 1, None).await.unwrap();
    let nodes: Vec<_> = sentinels
        .ports()
        .map(|port| json!({"host": "127.0.0.1", "port": port}))
        .collect();
    let options = json!({"sentinels": nodes, "name": MASTER}).to_string();
    let encoded = base64::engine::general_purpose::STANDARD.encode(options);
    let place = Place::open("ioredis", &[("REDIS_URL", format!("ioredis://{encoded}"))]).await;
    survives(&sentinels, vec![place]).await;
}

#[tokio::test]
async fn a_sentinel_that_is_dead_in_silence_is_passed_over() {
    let sentinels = Sentinels::start(&RedisProgram::redis(), 1, None).await.unwrap();
    // Takes connections and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let url = format!("redis-sentinel://127.0.0.1:{port},{}/{MASTER}", sentinels.addresses());
    let mut place = Place::open("silent sentinel", &[("REDIS_URL", url)]).await;
    place.works().await;
}
