//! Memory stays flat, however large the file.

use futures_util::stream;
use safelight_tests::client::{Answer, NewUpload};
use safelight_tests::media;
use safelight_tests::system::{Kind, TestSystem};

/// Bytes of the large file.
const SIZE: u64 = 1 << 30;
/// Bytes by which the gateway may grow for it.
const GROWTH: u64 = 32 << 20;

/// The most memory a process has had, in bytes.
fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes << 10
}

#[tokio::test]
async fn a_gigabyte_costs_no_memory() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    admin.upload(&NewUpload::new("warm.jpg", media::jpeg())).await.unwrap();
    let pid = system.service(Kind::ApiGateway, 0).unwrap().pid().unwrap();
    let before = peak(pid);
    let block = bytes::Bytes::from(vec![3_u8; 1 << 20]);
    let blocks = stream::iter((0..SIZE >> 20).map(move |_| Ok::<_, std::io::Error>(block.clone())));
    let body = reqwest::Body::wrap_stream(blocks);
    let part = reqwest::multipart::Part::stream_with_length(body, SIZE).file_name("large.mp4");
    let form = reqwest::multipart::Form::new()
        .text("fileCreatedAt", "2024-03-01T10:00:00.000Z")
        .text("fileModifiedAt", "2024-03-01T10:00:00.000Z")
        .part("assetData", part);
    let request = admin
        .request(reqwest::Method::POST, "/api/assets")
        .unwrap()
        .multipart(form);
    let id = Answer::of(request)
        .await
        .unwrap()
        .expect(201)
        .unwrap()
        .string("/id")
        .unwrap();
    let grown = peak(pid).saturating_sub(before);
    assert!(grown < GROWTH, "the gateway grew by {grown} bytes");

    let path = format!("/api/assets/{id}/original");
    let range = admin.with_header("range", "bytes=1073741820-").unwrap();
    let tail = range.get(&path).await.unwrap().expect(206).unwrap();
    assert_eq!(tail.body.as_ref(), [3; 4]);
    assert_eq!(tail.header("content-range"), "bytes 1073741820-1073741823/1073741824");
}
