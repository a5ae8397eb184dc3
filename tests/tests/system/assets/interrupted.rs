//! Uploads that end in the middle.

use std::process::Command;
use std::time::Duration;

use safelight_tests::client::{Client, NewUpload};
use safelight_tests::media;
use safelight_tests::system::{Kind, TestSystem};
use safelight_tests::{wait_until, wait_until_for};
use serde_json::json;
use tokio::io::AsyncReadExt as _;

use super::{half_an_upload, nothing_is_left, uploaded};

/// The admin's client and token.
async fn admin(system: &TestSystem) -> (Client, String) {
    let client = system.client();
    let admin = client.sign_up_admin().await.unwrap();
    let login = json!({"email": "admin@example.com", "password": "correct horse battery"});
    let answer = client.post("/api/auth/login", &login).await.unwrap();
    (admin, answer.string("/accessToken").unwrap())
}

async fn part_appears(system: &TestSystem) {
    wait_until("a part file is there", || async { Ok(!uploaded(system).is_empty()) })
        .await
        .unwrap();
}

async fn part_goes(system: &TestSystem) {
    wait_until("nothing is left of the upload", || async {
        Ok(nothing_is_left(system).await)
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_nothing() {
    let system = TestSystem::builder().start().await.unwrap();
    let (_, token) = admin(&system).await;
    let gateway = system.service(Kind::ApiGateway, 0).unwrap().url();
    let connection = half_an_upload(&gateway, &token).await;
    part_appears(&system).await;
    drop(connection);
    part_goes(&system).await;
}

#[tokio::test]
async fn a_client_that_stops_sending_is_cut() {
    let system = TestSystem::builder()
        .env("SAFELIGHT_HTTP_STALL_TIMEOUT", "2s")
        .start()
        .await
        .unwrap();
    let (client, token) = admin(&system).await;
    let gateway = system.service(Kind::ApiGateway, 0).unwrap().url();
    let mut connection = half_an_upload(&gateway, &token).await;
    part_appears(&system).await;
    // Others go on meanwhile.
    let other = client.upload(&NewUpload::new("b.jpg", media::jpeg())).await.unwrap();
    assert!(other.created);
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.ends_with(r#"{"message":"Request timed out"}"#), "{answer}");
    wait_until("only the other file is left", || async {
        Ok(uploaded(&system).len() == 1)
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn the_files_of_a_killed_gateway_are_swept() {
    let system = TestSystem::builder()
        .gateways(2)
        .workers(&[Kind::MetadataWorker])
        .start()
        .await
        .unwrap();
    let (_, token) = admin(&system).await;
    let gateway = system.service(Kind::ApiGateway, 0).unwrap();
    let _connection = half_an_upload(&gateway.url(), &token).await;
    part_appears(&system).await;
    gateway.kill().unwrap();
    // Its node row has to be silent for half a minute, and Postgres up for one.
    wait_until_for(Duration::from_secs(150), "the part is swept", || async {
        Ok(nothing_is_left(&system).await)
    })
    .await
    .unwrap();
}

/// A small file system over the folder of uploads, while it lives.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(system: &TestSystem) -> Option<Self> {
        let folder = system.media().join("upload");
        let marker = std::fs::read(folder.join(".safelight")).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
            .arg(&folder)
            .output();
        if !mounted.is_ok_and(|output| output.status.success()) {
            return None;
        }
        std::fs::write(folder.join(".safelight"), marker).unwrap();
        Some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[tokio::test]
async fn a_full_disk_ends_one_upload_and_not_the_next() {
    let system = TestSystem::builder()
        .env("SAFELIGHT_MIN_FREE", "0")
        .start()
        .await
        .unwrap();
    let (client, _) = admin(&system).await;
    let Some(_disk) = SmallDisk::mount(&system) else {
        eprintln!("SKIPPED: this test may not mount a file system");
        return;
    };
    // Of unknown length, so that it is not refused before it begins.
    let blocks = futures_util::stream::iter((0..16).map(|_| Ok::<_, std::io::Error>(vec![5_u8; 1 << 20])));
    let part = reqwest::multipart::Part::stream(reqwest::Body::wrap_stream(blocks)).file_name("a.jpg");
    let form = reqwest::multipart::Form::new()
        .text("fileCreatedAt", "2024-03-01T10:00:00.000Z")
        .text("fileModifiedAt", "2024-03-01T10:00:00.000Z")
        .part("assetData", part);
    let request = client
        .request(reqwest::Method::POST, "/api/assets")
        .unwrap()
        .multipart(form);
    let answer = safelight_tests::client::Answer::of(request)
        .await
        .unwrap()
        .expect(507)
        .unwrap();
    assert_eq!(answer.string("/message").unwrap(), "No space left on the server");
    assert!(nothing_is_left(&system).await);
    assert!(
        client
            .upload(&NewUpload::new("b.jpg", media::jpeg()))
            .await
            .unwrap()
            .created
    );
}
