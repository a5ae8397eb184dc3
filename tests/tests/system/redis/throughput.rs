//! A Redis that keeps its connections and answers nothing, as behind a firewall that swallows packets: it costs latency, never
//! the pace at which jobs are done.

use std::time::{Duration, Instant};

use safelight_core::settings::SystemConfig;
use safelight_tests::proxy::Proxy;
use safelight_tests::scripted::{Order, Script, Then};
use safelight_tests::servers::Redis;
use safelight_tests::wait_until;

use crate::scripted::Troupe;

/// Jobs that each wake somebody. At the 200 ms that a command may take they would need six seconds on each of two slots.
const JOBS: usize = 60;

/// How long it takes until all are done, and what follows them.
async fn drain(troupe: &Troupe) -> Duration {
    let pause = |is_paused: bool| format!("update queue set is_paused = {is_paused} where name = 'migration'");
    troupe.sql.batch_execute(&pause(true)).await.unwrap();
    for _ in 0..JOBS {
        troupe.put::<Script>(&Order::to(Then::Follow), 0).await.unwrap();
    }
    let begun = Instant::now();
    troupe.sql.batch_execute(&pause(false)).await.unwrap();
    wait_until("all are done", async || Ok(troupe.open().await? == 0))
        .await
        .unwrap();
    begun.elapsed()
}

#[tokio::test]
async fn jobs_are_done_at_the_same_pace_while_redis_says_nothing() {
    let redis = Redis::start().await.unwrap();
    let proxy = Proxy::to(redis.port()).await.unwrap();
    let url = format!("redis://127.0.0.1:{}", proxy.port());
    let mut settings = SystemConfig::default();
    settings.job.migration.concurrency = 1;
    let troupe = Troupe::with_settings(2, &[("REDIS_URL", &url)], &settings)
        .await
        .unwrap();
    let undisturbed = drain(&troupe).await;
    proxy.cut_all();
    let disturbed = drain(&troupe).await;
    // Two deadlines until Redis is left alone, then one every two seconds, and what follows is found by a beat.
    let more = disturbed.saturating_sub(undisturbed);
    assert!(
        more < Duration::from_millis(3_500),
        "{disturbed:?} after {undisturbed:?}"
    );
}
