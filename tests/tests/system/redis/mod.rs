//! What Redis is for, wake-ups and events, in every form in which it may be there: both clients, both versions of the
//! protocol, Redis and Valkey, each kind of address and login, sentinels, cut lines.

mod forms;
mod place;
mod process;
mod sentinel;
mod silence;
mod throughput;

use std::sync::Arc;
use std::time::Duration;

use place::Place;
use safelight_tests::servers::shared_redis;
use safelight_tests::wait_until;

/// How long a wake-up or an event may take: nothing but Redis can bring it, for nobody beats here.
const QUICK: Duration = Duration::from_secs(4);
/// How long a reader may go on without knowing that its connection is cut.
const NOTICED: Duration = Duration::from_secs(10);

/// Both versions of the protocol, as a parameter of a URL.
const PROTOCOLS: [&str; 2] = ["resp2", "resp3"];

#[tokio::test]
async fn an_engine_that_has_stopped_leaves_no_task() {
    let redis = shared_redis().await.unwrap();
    let place = Place::open("shared", &[("REDIS_URL", redis.url())]).await;
    let engine = Arc::downgrade(&place.engine);
    drop(place);
    wait_until("nothing holds the engine", async || Ok(engine.upgrade().is_none()))
        .await
        .unwrap();
}
