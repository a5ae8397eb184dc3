//! HTTP itself: sizes, slowness, spelling, conditional requests.

use std::time::Duration;

use anyhow::Result;
use reqwest::Method;
use safelight_tests::system::TestSystem;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

#[tokio::test]
async fn known_answers_are_not_sent_again() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let client = system.client();
    let first = client.get("/api/server/version").await?.expect(200)?;
    let again = client.with_header("if-none-match", first.header("etag"))?;
    let again = again.get("/API/Server/Version/").await?.expect(304)?;
    assert!(again.body.is_empty());
    assert_eq!(first.header("x-correlation-id").len(), 8);
    let named = client
        .with_header("x-correlation-id", "my-id")?
        .get("/api/server/ping")
        .await?;
    assert_eq!(named.header("x-correlation-id"), "my-id");
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_says_so() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let client = system.client();
    let answer = client
        .send(Method::DELETE, "/api/server/ping?x=1", None)
        .await?
        .expect(404)?;
    assert_eq!(answer.json()?, json!({"message": "Cannot DELETE /api/server/ping?x=1"}));
    Ok(())
}

#[tokio::test]
async fn large_and_broken_bodies_are_refused_in_the_contract_s_shape() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let client = system.client();
    let post = |body: Vec<u8>| {
        let request = client.request(Method::POST, "/api/auth/login");
        async move {
            let request = request?.header("content-type", "application/json").body(body);
            safelight_tests::client::Answer::of(request).await
        }
    };
    let large = format!("{{\"email\": \"{}\"}}", "x".repeat(11 << 20));
    let large = post(large.into_bytes()).await?.expect(413)?;
    assert_eq!(large.json()?, json!({"message": "Request body is too large"}));
    let broken = post(b"{\"email\": ".to_vec()).await?.expect(400)?;
    assert_eq!(broken.json()?, json!({"message": "Unexpected end of JSON input"}));
    let deep = post("[".repeat(100_000).into_bytes()).await?.expect(400)?;
    assert_eq!(deep.json()?, json!({"message": "Unexpected end of JSON input"}));
    client.get("/api/server/ping").await?.expect(200)?;
    Ok(())
}

#[tokio::test]
async fn a_client_that_trickles_its_headers_is_cut() -> Result<()> {
    let system = TestSystem::builder()
        .env("SAFELIGHT_HTTP_HEADER_TIMEOUT", "1s")
        .start()
        .await?;
    let address = system.client().base()?.trim_start_matches("http://").to_owned();
    let mut slow = TcpStream::connect(address).await?;
    slow.write_all(b"GET /api/server/ping HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        .await?;
    let mut answer = Vec::new();
    timeout(Duration::from_secs(15), slow.read_to_end(&mut answer)).await??;
    assert!(
        answer.starts_with(b"HTTP/1.1 408"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    system.client().get("/api/server/ping").await?.expect(200)?;
    Ok(())
}
