//! Workers that come later, and two gateways.

use std::process::Command;
use std::time::Duration;

use safelight_tests::client::NewUpload;
use safelight_tests::process::{self, Signal};
use safelight_tests::wait::PATIENCE;
use safelight_tests::{Kind, TestSystem, binaries, media, wait_until, wait_until_for};
use serde_json::json;

#[tokio::test]
async fn a_worker_started_by_hand_elsewhere_takes_up_what_waits_within_a_second() {
    let system = TestSystem::builder()
        .workers(&[Kind::MetadataWorker])
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    for number in 0..3 {
        admin
            .upload(&NewUpload::new(&format!("{number}.jpg"), media::jpeg()))
            .await
            .unwrap();
    }
    let sql = system.sql().await.unwrap();
    let count = async |state: &str| {
        let query =
            "select count(*) from job where queue = 'thumbnailGeneration' and state = any(string_to_array($1, ','))";
        anyhow::Ok(sql.query_one(query, &[&state]).await?.get::<_, i64>(0))
    };
    wait_until("the thumbnails wait", || async {
        Ok(count("waiting,delayed").await? == 3)
    })
    .await
    .unwrap();
    let months = admin.get_json("/api/timeline/buckets").await.unwrap();
    assert_eq!(
        months[0]["count"],
        json!(3),
        "browsing works without any thumbnail worker"
    );

    let elsewhere = tempfile::tempdir().unwrap();
    let mut worker = Command::new(binaries::path("thumbnail-worker").unwrap());
    worker.env_clear().current_dir(elsewhere.path());
    // The prefix only keeps the tests apart; with it unset everywhere, these three are all a worker needs.
    let given = ["DB_URL", "REDIS_URL", "IMMICH_MEDIA_LOCATION", "SAFELIGHT_REDIS_PREFIX"];
    worker.envs(
        system
            .env()
            .iter()
            .filter(|(name, _)| given.contains(&name.as_str()))
            .cloned(),
    );
    let log = elsewhere.path().join("log");
    process::log_to(&mut worker, &log).unwrap();
    let mut worker = process::spawn(worker, Signal::KILL).unwrap();
    wait_until("the worker is registered", || async {
        let nodes = "select count(*) from node where service = 'thumbnail-worker' and state = 'active'";
        Ok(sql.query_one(nodes, &[]).await?.get::<_, i64>(0) == 1)
    })
    .await
    .unwrap();
    wait_until_for(Duration::from_secs(1), "it takes them up", || async {
        Ok(count("waiting,delayed").await? == 0)
    })
    .await
    .unwrap_or_else(|error| panic!("{error:#}\n{}", std::fs::read_to_string(&log).unwrap_or_default()));
    system.queues_idle(&admin, PATIENCE).await.unwrap();
    process::kill(&mut worker).unwrap();
}

#[tokio::test]
async fn two_gateways_are_one() {
    let system = TestSystem::builder()
        .gateways(2)
        .workers(&[Kind::MetadataWorker])
        .start()
        .await
        .unwrap();
    let (one, two) = (system.client_of(0).unwrap(), system.client_of(1).unwrap());
    one.sign_up_admin().await.unwrap();
    let login = json!({"email": "admin@example.com", "password": safelight_tests::client::account::ADMIN_PASSWORD});
    let token = one
        .post("/api/auth/login", &login)
        .await
        .unwrap()
        .expect(201)
        .unwrap()
        .string("/accessToken")
        .unwrap();
    let (one, two) = (one.with_token(&token).unwrap(), two.with_token(&token).unwrap());

    for number in 0..8 {
        let file = NewUpload::new(&format!("{number}.jpg"), media::jpeg());
        let (first, second) = tokio::join!(one.upload(&file), two.upload(&file));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!(first.id, second.id, "one file is one asset");
        assert_ne!(
            first.created, second.created,
            "one of them is told that it is a duplicate"
        );
    }
    let sql = system.sql().await.unwrap();
    assert_eq!(
        sql.query_one("select count(*) from asset", &[])
            .await
            .unwrap()
            .get::<_, i64>(0),
        8
    );
    wait_until("the files of the duplicates are gone", || async {
        Ok(media::files_in(&system.media().join("upload"), &["jpg", "part"]).len() == 8)
    })
    .await
    .unwrap();

    one.post("/api/auth/logout", &json!({}))
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    two.get("/api/users/me").await.unwrap().expect(401).unwrap();
    one.get("/api/users/me").await.unwrap().expect(401).unwrap();
}
