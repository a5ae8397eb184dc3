//! The services themselves, with a beat so long that only wake-ups can be in time.

use std::time::{Duration, Instant};

use safelight_tests::client::NewUpload;
use safelight_tests::ports::free_port;
use safelight_tests::servers::{Authority, Redis, RedisProgram};
use safelight_tests::{Kind, TestSystem, media};

/// A quarter of it is the time between two beats.
const LEASE: Duration = Duration::from_secs(120);

#[tokio::test]
async fn an_upload_has_its_pictures_long_before_the_next_beat() {
    let authority = Authority::make().unwrap();
    let port = free_port().unwrap();
    let redis = Redis::start_with(&RedisProgram::redis(), &authority.redis_lines(port))
        .await
        .unwrap();
    let system = TestSystem::builder()
        .env("SAFELIGHT_LEASE", "120s")
        .env("REDIS_URL", &format!("rediss://127.0.0.1:{port}/3?protocol=resp3"))
        .env("REDIS_SSL_ROOT_CERT", &authority.certificate().display().to_string())
        .photo_workers()
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let begun = Instant::now();
    admin.upload(&NewUpload::new("a.jpg", media::jpeg())).await.unwrap();
    system.queues_idle(&admin, LEASE / 8).await.unwrap();
    assert!(begun.elapsed() < LEASE / 8, "{:?}", begun.elapsed());
    for kind in [Kind::MetadataWorker, Kind::ThumbnailWorker] {
        let worker = system.service(kind, 0).unwrap();
        let url = format!("{}/metrics", worker.health_url());
        let metrics = reqwest::get(url).await.unwrap().text().await.unwrap();
        let wakes = metrics
            .lines()
            .find_map(|line| line.strip_prefix("safelight_wakes_total "));
        assert!(
            wakes.is_some_and(|count| count != "0"),
            "{kind:?} was not woken: {wakes:?}"
        );
    }
    drop(redis);
}
