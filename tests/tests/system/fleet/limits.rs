//! Limits of the whole fleet and slots of single nodes, changed while everything runs.

use safelight_tests::{Kind, TestSystem, wait_until};
use serde_json::{Value, json};

#[tokio::test]
async fn the_limit_of_a_queue_is_set_and_taken_away() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let limit = |queue: &str, limit: Value| {
        let (admin, path) = (admin.clone(), format!("/api/fleet/queues/{queue}"));
        async move { admin.put(&path, &json!({ "maxActive": limit })).await.unwrap() }
    };
    let set = limit("videoConversion", json!(2))
        .await
        .expect(200)
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(
        (set["name"].as_str(), &set["maxActive"]),
        (Some("videoConversion"), &json!(2))
    );
    let all = admin.get_json("/api/fleet/queues").await.unwrap();
    let of = |name: &str| {
        let queues = all.as_array().unwrap();
        queues.iter().find(|queue| queue["name"] == name).unwrap()["maxActive"].clone()
    };
    assert_eq!(all.as_array().unwrap().len(), 19);
    assert_eq!(of("videoConversion"), json!(2));
    for one_at_a_time in [
        "storageTemplateMigration",
        "duplicateDetection",
        "facialRecognition",
        "backupDatabase",
    ] {
        assert_eq!(of(one_at_a_time), json!(1));
        assert_eq!(limit(one_at_a_time, Value::Null).await.status, 400);
        assert_eq!(limit(one_at_a_time, json!(2)).await.status, 400);
    }
    let unset = limit("videoConversion", Value::Null)
        .await
        .expect(200)
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(unset["maxActive"], Value::Null);
    for wrong in [json!(0), json!(-1), json!(1.5), json!("many")] {
        assert_eq!(limit("videoConversion", wrong).await.status, 400);
    }
}

#[tokio::test]
async fn slots_follow_the_settings_and_a_node_its_own_numbers() {
    let system = TestSystem::builder()
        .workers(&[Kind::ThumbnailWorker, Kind::ThumbnailWorker])
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let workers = async || -> Vec<Value> {
        let nodes = admin.get_json("/api/fleet/nodes").await.unwrap();
        let nodes = nodes.as_array().unwrap().iter();
        nodes
            .filter(|node| node["service"] == "thumbnail-worker")
            .cloned()
            .collect()
    };
    let slots = async |first: i64, second: i64| {
        wait_until("slots are as wanted", async || {
            let slots: Vec<i64> = workers()
                .await
                .iter()
                .map(|node| node["slots"]["thumbnailGeneration"].as_i64().unwrap_or_default())
                .collect();
            anyhow::ensure!(slots == [first, second], "{slots:?}");
            Ok(true)
        })
        .await
        .unwrap();
    };
    slots(3, 3).await;

    let id = workers().await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/fleet/nodes/{id}");
    let body = json!({ "slots": { "thumbnailGeneration": 7 } });
    let node = admin
        .put(&path, &body)
        .await
        .unwrap()
        .expect(200)
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(node["overrides"], json!({ "thumbnailGeneration": 7 }));
    slots(7, 3).await;

    let mut config = admin.get_json("/api/system-config").await.unwrap();
    config["job"]["thumbnailGeneration"]["concurrency"] = json!(5);
    admin
        .put("/api/system-config", &config)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    slots(7, 5).await;
    let body = json!({ "slots": { "thumbnailGeneration": null } });
    admin.put(&path, &body).await.unwrap().expect(200).unwrap();
    slots(5, 5).await;

    for wrong in [
        json!({ "slots": { "nothing": 1 } }),
        json!({ "slots": { "editor": -1 } }),
        json!({}),
    ] {
        assert_eq!(admin.put(&path, &wrong).await.unwrap().status, 400, "{wrong}");
    }
    let nobody = "/api/fleet/nodes/00000000-0000-0000-0000-000000000000";
    assert_eq!(admin.put(nobody, &body).await.unwrap().status, 404);
}
