//! Nothing a caller sends is without a bound, and refusing it costs little.

use std::time::Duration;

use reqwest::Method;
use safelight_tests::client::Answer;
use safelight_tests::system::{Kind, TestSystem};
use safelight_tests::{Client, wait_until_for};
use serde_json::{Value, json};

/// By how much the gateway may have grown a minute after an attack.
const KEPT: u64 = 100 << 20;
/// By how much it may grow while the attack goes on.
const GROWTH: u64 = 400 << 20;

/// A figure of `/proc/PID/status`, in bytes.
fn memory(pid: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

/// `before`, then `item` so often that all have `bytes` bytes, then `after`.
fn many(before: &str, item: &str, after: &str, bytes: usize) -> Vec<u8> {
    let items = vec![item; bytes / (item.len() + 1)];
    format!("{before}{}{after}", items.join(",")).into_bytes()
}

async fn post(client: &Client, path: &str, body: Vec<u8>) -> Answer {
    let request = client.request(Method::POST, path).unwrap();
    let request = request.header("content-type", "application/json").body(body);
    Answer::of(request).await.unwrap()
}

#[tokio::test]
async fn mistakes_without_end_cost_neither_memory_nor_an_endless_answer() {
    let system = TestSystem::builder().start().await.unwrap();
    let anonymous = system.client();
    let admin = anonymous.sign_up_admin().await.unwrap();
    let pid = system.service(Kind::ApiGateway, 0).unwrap().pid().unwrap();
    let (before, peak) = (memory(pid, "VmRSS:"), memory(pid, "VmHWM:"));

    let wrong = many("{\"permissions\":[", "0", "]}", 100_000);
    for _ in 0..4 {
        let answer = post(&admin, "/api/api-keys", wrong.clone()).await;
        // More words than a list of them may have.
        assert_eq!(
            (answer.status, answer.json().unwrap()["errors"][0]["code"].as_str()),
            (400, Some("too_big"))
        );
    }
    let wrong = many("{\"ids\":[", "0", "]}", 200_000);
    let request = admin.request(Method::DELETE, "/api/assets").unwrap();
    let answer = Answer::of(request.header("content-type", "application/json").body(wrong))
        .await
        .unwrap();
    let told = answer.json().unwrap()["errors"].as_array().unwrap().len();
    assert_eq!((answer.status, told), (400, 100));
    assert!(answer.body.len() < 1 << 20);

    // The largest bodies, of what takes the most memory for its bytes, several at the same time.
    let large = 10_000_000;
    let bodies = [
        many("{\"ids\":[", "{\"\":0}", "]}", large),
        many("{\"ids\":[", "[0]", "]}", large),
        many("{\"ids\":[", "\"\"", "]}", large),
        many("{\"ids\":[", "0", "]}", large),
        many("{\"ids\":[", "1e999", "]}", large),
        vec![b'['; large],
    ];
    // Again and again: what the first leave behind is not for the next to keep.
    for _ in 0..4 {
        let posts = bodies.iter().map(|body| post(&admin, "/api/assets/jobs", body.clone()));
        for answer in futures_util::future::join_all(posts).await {
            assert_eq!(answer.status, 400, "{}", answer.text());
            assert!(answer.body.len() < 1 << 20);
        }
    }
    // Who has no credentials sends less.
    for body in bodies {
        assert_eq!(post(&anonymous, "/api/auth/login", body).await.status, 413);
    }
    let grown = memory(pid, "VmHWM:").saturating_sub(peak);
    assert!(grown < GROWTH, "the gateway grew by {} MiB", grown >> 20);
    wait_until_for(Duration::from_secs(60), "the memory is given back", || async {
        Ok(memory(pid, "VmRSS:") < before + KEPT)
    })
    .await
    .unwrap();
    anonymous.get("/api/server/ping").await.unwrap().expect(200).unwrap();
}

#[tokio::test]
async fn what_official_clients_send_passes() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let file =
        |number: usize| json!({"id": format!("/home/somebody/{number}.jpg"), "checksum": format!("{number:040x}")});
    let files: Vec<Value> = (0..5_000).map(file).collect();
    let answer = admin
        .post("/api/assets/bulk-upload-check", &json!({"assets": files}))
        .await
        .unwrap();
    assert_eq!(
        answer.expect(200).unwrap().json().unwrap()["results"]
            .as_array()
            .unwrap()
            .len(),
        5_000
    );
    let ids: Vec<String> = (0..100_000)
        .map(|number| format!("00000000-0000-4000-8000-{number:012x}"))
        .collect();
    let answer = admin
        .put("/api/assets", &json!({"ids": ids, "isFavorite": true}))
        .await
        .unwrap();
    assert_eq!(
        (answer.status, answer.string("/message").unwrap().as_str()),
        (400, "Not found or no asset.update access")
    );
}

#[tokio::test]
async fn bounds_are_configured_and_told() {
    let system = TestSystem::builder()
        .env("SAFELIGHT_MAX_IDS", "3")
        .env("SAFELIGHT_MAX_NAME", "10")
        .env("SAFELIGHT_MAX_TEXT", "20")
        .env("SAFELIGHT_MAX_RECORD", "30")
        .env("SAFELIGHT_MAX_ISSUES", "2")
        .env("SAFELIGHT_MAX_DEPTH", "5")
        .start()
        .await
        .unwrap();
    let client = system.client();
    let admin = json!({"email": "a@b.cd", "password": "password", "name": "12345678901"});
    let message = |answer: Answer| {
        assert_eq!(answer.status, 400, "{}", answer.text());
        let json = answer.json().unwrap();
        json["errors"][0]["message"]
            .as_str()
            .map_or_else(|| json["message"].as_str().unwrap().to_owned(), str::to_owned)
    };
    let answer = client.post("/api/auth/admin-sign-up", &admin).await.unwrap();
    assert_eq!(message(answer), "Too big: expected string to have <=10 characters");
    let admin = json!({"email": "a@b.cd", "password": "password", "name": "A"});
    client
        .post("/api/auth/admin-sign-up", &admin)
        .await
        .unwrap()
        .expect(201)
        .unwrap();
    let admin = client.log_in("a@b.cd", "password").await.unwrap();
    let id = "00000000-0000-4000-8000-000000000000";

    let answer = admin
        .put("/api/assets", &json!({"ids": [id, id, id, id]}))
        .await
        .unwrap();
    assert_eq!(message(answer), "Too big: expected array to have <=3 items");
    let answer = admin.put("/api/assets", &json!({"ids": [1, 2, 3]})).await.unwrap();
    assert_eq!(answer.json().unwrap()["errors"].as_array().unwrap().len(), 2);
    let long = "\u{e4}".repeat(21);
    let answer = admin
        .put(&format!("/api/assets/{id}"), &json!({"description": long}))
        .await
        .unwrap();
    assert_eq!(message(answer), "Too big: expected string to have <=20 characters");
    let fact = json!({"items": [{"key": "k", "value": {"x": "y".repeat(30)}}]});
    let answer = admin.put(&format!("/api/assets/{id}/metadata"), &fact).await.unwrap();
    assert_eq!(
        message(answer),
        "Too big: expected record to have <=30 characters of JSON"
    );
    let fact = json!({"items": [{"key": "k", "value": {"x": {"y": {}}}}]});
    let answer = admin.put(&format!("/api/assets/{id}/metadata"), &fact).await.unwrap();
    assert_eq!(message(answer), "JSON is nested deeper than 5 levels");
}
