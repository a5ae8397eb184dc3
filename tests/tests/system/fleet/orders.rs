//! What is ordered of a node, by whom, and how long it holds.

use chrono::{Duration, Utc};
use safelight_tests::client::NewUpload;
use safelight_tests::process::Signal;
use safelight_tests::{Client, Kind, TestSystem, media, wait_until};
use serde_json::{Value, json};

/// The thumbnail worker's node, as an admin sees it: that of the process which was started last.
async fn node(admin: &Client) -> Value {
    let nodes = admin.get_json("/api/fleet/nodes").await.unwrap();
    let mut nodes = nodes.as_array().unwrap().iter();
    nodes
        .rfind(|node| node["service"] == "thumbnail-worker" && node["state"] != "gone")
        .cloned()
        .unwrap_or_default()
}

async fn until_it_is(admin: &Client, state: &str) {
    wait_until(&format!("the node is {state}"), async || {
        let node = node(admin).await;
        anyhow::ensure!(node["state"] == state, "{node}");
        Ok(true)
    })
    .await
    .unwrap();
}

/// Gives the node orders.
async fn order(admin: &Client, orders: Value) -> Value {
    let id = node(admin).await["id"].as_str().unwrap().to_owned();
    let answer = admin.put(&format!("/api/fleet/nodes/{id}"), &orders).await.unwrap();
    answer.expect(200).unwrap().json().unwrap()
}

async fn system() -> (TestSystem, Client) {
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    (system, admin)
}

/// Runs the command line and sees it succeed.
async fn cli(system: &TestSystem, arguments: &[&str]) -> String {
    let output = system.cli(arguments).await.unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn a_node_stays_quiet_over_a_restart_until_it_is_told_to_resume() {
    let (system, admin) = system().await;
    cli(&system, &["fleet", "quiet", "test-0/thumbnail-worker"]).await;
    until_it_is(&admin, "quiet").await;
    system
        .service(Kind::ThumbnailWorker, 0)
        .unwrap()
        .restart()
        .await
        .unwrap();
    until_it_is(&admin, "quiet").await;

    admin.upload(&NewUpload::new("waits.jpg", media::jpeg())).await.unwrap();
    let first = async || {
        let jobs = admin
            .get_json("/api/fleet/jobs?queue=thumbnailGeneration")
            .await
            .unwrap();
        jobs[0].clone()
    };
    wait_until("its pictures wait", async || Ok(first().await["state"] == "waiting"))
        .await
        .unwrap();
    let id = first().await["id"].as_str().unwrap().to_owned();
    let detail = admin.get_json(&format!("/api/fleet/jobs/{id}")).await.unwrap();
    assert_eq!(detail["waitsFor"][0]["code"], "nodes-stopped", "{detail}");

    let listed = cli(&system, &["fleet", "list"]).await;
    let line = listed
        .lines()
        .find(|line| line.starts_with("test-0/thumbnail-worker"))
        .unwrap();
    assert!(line.contains("quiet"), "{listed}");
    cli(&system, &["fleet", "drain", "test-0/thumbnail-worker"]).await;
    cli(&system, &["fleet", "resume", "test-0/thumbnail-worker"]).await;
    system
        .queues_idle(&admin, safelight_tests::wait::PATIENCE)
        .await
        .unwrap();
    assert_eq!(node(&admin).await["state"], "active");
}

#[tokio::test]
async fn who_sits_at_the_machine_may_have_it_for_themselves() {
    let (system, admin) = system().await;
    let worker = system.service(Kind::ThumbnailWorker, 0).unwrap();
    until_it_is(&admin, "active").await;
    worker.signal(Signal::USR1).unwrap();
    until_it_is(&admin, "quiet").await;
    assert_eq!(node(&admin).await["reason"], "somebody at the machine asked for quiet");
    worker.signal(Signal::USR2).unwrap();
    until_it_is(&admin, "active").await;

    let output = system.cli(&["node", "quiet"]).await.unwrap();
    assert!(
        !output.status.success(),
        "no node goes by the name of the machine that runs the tests"
    );
}

#[tokio::test]
async fn a_node_works_in_its_hours_only() {
    let (system, admin) = system().await;
    until_it_is(&admin, "active").await;
    let zone = admin
        .put("/api/fleet/time-zone", &json!({ "timeZone": "UTC" }))
        .await
        .unwrap();
    zone.expect(200).unwrap();
    let around = |from: i64, until: i64| {
        let at = |hours: i64| (Utc::now() + Duration::hours(hours)).format("%H:%M").to_string();
        format!("{}-{}", at(from), at(until))
    };
    let later = around(6, 12);
    assert_eq!(order(&admin, json!({ "hours": later })).await["hours"], json!(later));
    until_it_is(&admin, "paused").await;
    assert_eq!(node(&admin).await["reason"], "outside of its hours");
    let hours = format!("hours={}", around(-6, 6));
    cli(&system, &["fleet", "set", "test-0", &hours]).await;
    until_it_is(&admin, "active").await;
    assert_eq!(order(&admin, json!({ "hours": null })).await["hours"], Value::Null);
}

#[tokio::test]
async fn the_command_line_gives_a_node_slots_of_its_own() {
    let (system, admin) = system().await;
    until_it_is(&admin, "active").await;
    let slots = async |wanted: Value| {
        wait_until("the slots are as ordered", async || {
            let node = node(&admin).await;
            anyhow::ensure!(node["slots"]["thumbnailGeneration"] == wanted, "{node}");
            Ok(true)
        })
        .await
        .unwrap();
    };
    cli(&system, &["fleet", "set", "test-0/thumbnail-worker", "thumbnails=7"]).await;
    slots(json!(7)).await;
    cli(
        &system,
        &["fleet", "set", "test-0/thumbnail-worker", "thumbnailGeneration=default"],
    )
    .await;
    slots(json!(3)).await;

    let shown = cli(&system, &["fleet", "show", "test-0/thumbnail-worker", "--json"]).await;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let facts = &shown[0]["facts"];
    assert!(
        facts["cores"].as_u64() > Some(0) && facts["memoryBytes"].as_u64() > Some(0),
        "{facts}"
    );
    assert!(facts["storeLatencyMs"].is_u64(), "{facts}");
    for wrong in [
        &["fleet", "set", "nobody", "thumbnails=1"][..],
        &["fleet", "set", "test-0/thumbnail-worker", "cakes=1"],
        &["fleet", "set", "test-0/thumbnail-worker", "thumbnails=many"],
        &["fleet", "set", "test-0/thumbnail-worker", "hours=22-07"],
        &["fleet", "quiet", "test-0/api-gateway"],
    ] {
        assert!(!system.cli(wrong).await.unwrap().status.success(), "{wrong:?}");
    }
}

#[tokio::test]
async fn orders_that_make_no_sense_are_refused() {
    let (_system, admin) = system().await;
    until_it_is(&admin, "active").await;
    let path = format!("/api/fleet/nodes/{}", node(&admin).await["id"].as_str().unwrap());
    for wrong in [
        json!({}),
        json!({ "state": "asleep" }),
        json!({ "state": null }),
        json!({ "hours": "at night" }),
        json!({ "hours": "22:00-22:00" }),
        json!({ "hours": 22 }),
        json!({ "slots": [] }),
    ] {
        assert_eq!(admin.put(&path, &wrong).await.unwrap().status, 400, "{wrong}");
    }
    assert_eq!(node(&admin).await["desiredState"], "active");
}
