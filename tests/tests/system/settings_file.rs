//! Settings from a file, which gateways and workers read.

use std::path::PathBuf;

use safelight_tests::client::NewUpload;
use safelight_tests::media::jpeg;
use safelight_tests::system::Place;
use safelight_tests::wait::PATIENCE;
use safelight_tests::{Client, Kind, TestSystem, wait_until};
use serde_json::{Value, json};

const YAML: &str = "\
# What this house wants.
trash:
  days: 17
image:
  preview: { format: webp, size: 320 }
job:
  thumbnailGeneration: { concurrency: 7 }
oauth:
  clientSecret: swordfish-of-the-provider
";

/// A system of which nothing runs yet, and a file of settings in its folder.
async fn with_file(name: &str, text: &str) -> (TestSystem, String) {
    let system = TestSystem::builder().gateways(0).start().await.unwrap();
    let path: PathBuf = system.folder().join(name);
    std::fs::write(&path, text).unwrap();
    (system, path.display().to_string())
}

/// The settings that admins of this gateway see.
async fn settings(admin: &Client) -> Value {
    admin.get_json("/api/system-config").await.unwrap()
}

async fn features(client: &Client) -> Value {
    client.get_json("/api/server/features").await.unwrap()
}

#[tokio::test]
async fn a_file_holds_for_gateways_and_workers_whatever_is_stored() {
    let (system, path) = with_file("settings.yaml", YAML).await;
    let file: [(&str, &str); 1] = [("IMMICH_CONFIG_FILE", &path)];
    system.start_with(Kind::ApiGateway, &file).await.unwrap();
    for kind in [Kind::MetadataWorker, Kind::ThumbnailWorker] {
        system.start_with(kind, &file).await.unwrap();
    }
    let admin = system.client().sign_up_admin().await.unwrap();
    assert_eq!(features(&admin).await["configFile"], true);
    let public = admin.get_json("/api/server/config").await.unwrap();
    assert_eq!(
        (&public["trashDays"], &public["isOnboarded"]),
        (&json!(17), &json!(true))
    );
    let defaults = admin.get_json("/api/system-config/defaults").await.unwrap();
    assert_eq!(defaults["trash"]["days"], 30);
    let in_force = settings(&admin).await;
    assert_eq!(in_force["oauth"]["clientSecret"], "swordfish-of-the-provider");
    assert_eq!(in_force["library"], defaults["library"]);

    // The worker makes pictures as the file says, in as many places.
    let photo = admin.upload(&NewUpload::new("photo.jpg", jpeg())).await.unwrap();
    system.queues_idle(&admin, PATIENCE).await.unwrap();
    let sql = system.sql().await.unwrap();
    let preview = "select substring(path from '[^.]*$') from asset_file where asset_id::text = $1 and type = 'preview'";
    let made = sql.query_one(preview, &[&photo.id]).await.unwrap();
    assert_eq!(made.get::<_, &str>(0), "webp");
    let nodes = admin.get_json("/api/fleet/nodes").await.unwrap();
    let node = nodes
        .as_array()
        .unwrap()
        .iter()
        .find(|node| node["service"] == "thumbnail-worker");
    let node = node.unwrap();
    assert_eq!(node["facts"]["settingsFile"], path);
    for service in system.services() {
        assert!(!service.log().contains("swordfish"), "{}", service.log_tail());
    }

    // It cannot be changed over HTTP, and nothing is stored.
    let mut changed = in_force.clone();
    changed["trash"]["days"] = json!(3);
    let refused = admin.put("/api/system-config", &changed).await.unwrap();
    let refusal = refused.expect(400).unwrap().json().unwrap();
    assert!(
        refusal["message"].as_str().unwrap().contains("IMMICH_CONFIG_FILE"),
        "{refusal}"
    );
    let stored = "select count(*) from system_metadata where key = 'system-config'";
    assert_eq!(sql.query_one(stored, &[]).await.unwrap().get::<_, i64>(0), 0);

    // What somebody stores all the same, such as a gateway without the file, does not reach those that have it.
    let other = system.start(Kind::ApiGateway).await.unwrap();
    let other = admin.at(vec![other.url()]);
    assert_eq!(features(&other).await["configFile"], false);
    let mut theirs = settings(&other).await;
    assert_eq!(theirs["trash"]["days"], 30);
    theirs["trash"]["days"] = json!(5);
    other
        .put("/api/system-config", &theirs)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let first = system.client_of(0).unwrap();
    let next = admin.at(vec![first.base().unwrap().to_owned()]);
    assert_eq!(settings(&next).await, in_force);
    let photo = next.upload(&NewUpload::new("second.jpg", jpeg())).await.unwrap();
    system.queues_idle(&next, PATIENCE).await.unwrap();
    let made = sql.query_one(preview, &[&photo.id]).await.unwrap();
    assert_eq!(made.get::<_, &str>(0), "webp");
    assert_eq!(first.get_json("/api/server/config").await.unwrap()["trashDays"], 17);
}

#[tokio::test]
async fn json_is_read_as_well_and_anew_at_each_start() {
    let (system, path) = with_file("settings.json", r#"{"trash": {"days": 4}}"#).await;
    let gateway = system
        .start_with(Kind::ApiGateway, &[("IMMICH_CONFIG_FILE", &path)])
        .await
        .unwrap();
    let days = async || system.client().get_json("/api/server/config").await.unwrap()["trashDays"].clone();
    assert_eq!(days().await, 4);
    std::fs::write(&path, r#"{"trash": {"days": 6}}"#).unwrap();
    assert_eq!(days().await, 4);
    gateway.restart().await.unwrap();
    assert_eq!(days().await, 6);
}

#[tokio::test]
async fn no_program_starts_with_a_file_that_cannot_be() {
    let (system, path) = with_file("settings.yaml", "ffmpeg:\n  crf: high\n  preset: 4711\n").await;
    let bounds = system.folder().join("bounds.yaml").display().to_string();
    std::fs::write(&bounds, "ffmpeg: { crf: 52 }\n").unwrap();
    let everywhere = ["ffmpeg.crf: expected a number", "ffmpeg.preset: expected text"];
    let cases = [
        (Kind::ApiGateway, &path, &everywhere[..]),
        (Kind::MetadataWorker, &path, &everywhere[..]),
        (Kind::ThumbnailWorker, &path, &everywhere[..]),
        (Kind::TranscodeWorker, &path, &everywhere[..]),
        (Kind::ApiGateway, &bounds, &["ffmpeg.crf: Too big"][..]),
    ];
    for (kind, file, told) in cases {
        let service = system
            .launch(kind, &[("IMMICH_CONFIG_FILE", file)], &Place::default())
            .unwrap();
        wait_until("the program has ended", async || Ok(service.exit_status()?.is_some()))
            .await
            .unwrap();
        assert!(!service.exit_status().unwrap().unwrap().success());
        let log = service.log();
        for part in told.iter().copied().chain(["IMMICH_CONFIG_FILE", file.as_str()]) {
            assert!(log.contains(part), "{part} is not in {log}");
        }
    }
}
