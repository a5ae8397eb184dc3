//! Servers that are there and say nothing.

use std::time::{Duration, Instant};

use safelight_tests::client::NewUpload;
use safelight_tests::process::Signal;
use safelight_tests::proxy::Proxy;
use safelight_tests::servers::shared_redis;
use safelight_tests::socket::Socket;
use safelight_tests::{TestSystem, media, wait_until};
use serde_json::json;

/// Within this time of the return of Redis, open pages know that they have to look again.
const TOLD_WITHIN: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_postgres_that_says_nothing_is_told_to_who_asks() {
    let system = TestSystem::builder().own_postgres().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    system.postgres().signal(Signal::STOP).await.unwrap();
    // A request that had its connection already waits with it; the next ones are told.
    wait_until("a request is told", || async {
        let asked = Instant::now();
        let answer = tokio::time::timeout(Duration::from_secs(9), admin.get("/api/users/me")).await??;
        let message = answer.string("/message").unwrap_or_default();
        anyhow::ensure!(
            answer.status == 503 && message.contains("database does not answer"),
            "{} after {:?}: {message}",
            answer.status,
            asked.elapsed()
        );
        assert!(
            answer
                .header("retry-after")
                .parse::<u32>()
                .is_ok_and(|seconds| seconds > 0)
        );
        Ok(true)
    })
    .await
    .unwrap();
    system.postgres().signal(Signal::CONT).await.unwrap();
    wait_until("it is answered again", || async {
        Ok(admin.get("/api/users/me").await?.status == 200)
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn pages_are_told_that_events_were_lost_as_soon_as_redis_is_back() {
    let proxy = Proxy::to(shared_redis().await.unwrap().port()).await.unwrap();
    let url = format!("redis://127.0.0.1:{}", proxy.port());
    let system = TestSystem::builder().env("REDIS_URL", &url).start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let asset = admin.upload(&NewUpload::new("a.jpg", media::jpeg())).await.unwrap().id;
    let mut page = Socket::of(&admin).await.unwrap();

    proxy.cut_all();
    let trash = json!({"ids": [asset]});
    admin
        .delete("/api/assets", Some(&trash))
        .await
        .unwrap()
        .expect(204)
        .unwrap();
    let log = || system.services()[0].log();
    wait_until("the gateway has lost Redis", || async {
        Ok(log().contains("events cannot be read") && log().contains("could not be published"))
    })
    .await
    .unwrap();

    let back = Instant::now();
    proxy.cut();
    let told = page.event_within(TOLD_WITHIN).await.unwrap();
    assert_eq!(
        told,
        Some(("on_events_missed".to_owned(), Vec::new())),
        "{:?}",
        back.elapsed()
    );
}
