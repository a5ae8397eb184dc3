//! A machine that is taken away in the middle of a video, in order.

use safelight_tests::wait_until_for;
use serde_json::json;

use super::faults::{child, long_clip, one_result};
use super::{House, LONG};

/// Seconds of video: encoding must take longer than an order takes to arrive.
const LENGTH: u32 = 120;

#[tokio::test]
async fn a_paused_node_hands_its_video_back_at_once_and_at_no_cost() {
    let house = House::open(1, &[]).await.unwrap();
    let asset = house.upload(&long_clip(&house, "paused.mov", LENGTH)).await.unwrap();
    let seen = child(&house).await;
    let nodes = house.admin.get_json("/api/fleet/nodes").await.unwrap();
    let nodes = nodes.as_array().unwrap().iter();
    let node = nodes
        .clone()
        .find(|node| node["service"] == "transcode-worker")
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let order = async |state: &str| {
        let path = format!("/api/fleet/nodes/{node}");
        house
            .admin
            .put(&path, &json!({ "state": state }))
            .await
            .unwrap()
            .expect(200)
            .unwrap()
            .json()
            .unwrap()
    };
    assert_eq!(order("paused").await["desiredState"], "paused");
    wait_until_for(LONG, "its child is gone", async || {
        Ok(!safelight_tests::system::is_alive(&seen))
    })
    .await
    .unwrap();
    let job = "select state || ' ' || failures || ' ' || losses || ' ' || (history -> -1 ->> 'what') from job";
    house
        .until("the job waits at no cost", job, |job| job == "waiting 0 0 handed back")
        .await
        .unwrap();
    let waits = house.text("select id::text from job").await.unwrap();
    wait_until_for(LONG, "the job says that its node stands still", async || {
        let detail = house.admin.get_json(&format!("/api/fleet/jobs/{waits}")).await?;
        Ok(detail["waitsFor"][0]["code"] == "nodes-stopped")
    })
    .await
    .unwrap();
    order("active").await;
    one_result(&house, &asset, LENGTH).await;
}
