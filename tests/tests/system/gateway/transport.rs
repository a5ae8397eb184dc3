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
    let deep = post("[".repeat(10_000).into_bytes()).await?.expect(400)?;
    assert_eq!(deep.json()?, json!({"message": "JSON is nested deeper than 64 levels"}));
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

/// Sends these bytes and reads until the server closes; nothing more is sent.
async fn exchange(system: &TestSystem, request: &str) -> Result<String> {
    let address = system.client().base()?.trim_start_matches("http://").to_owned();
    let mut connection = TcpStream::connect(address).await?;
    connection.write_all(request.as_bytes()).await?;
    connection.shutdown().await?;
    let mut answer = Vec::new();
    timeout(Duration::from_secs(30), connection.read_to_end(&mut answer)).await??;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn lines_of_requests_end_as_the_standard_says() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let good = "GET /api/server/ping HTTP/1.1\r\nHost: x\r\n\r\n";
    let statuses = async |request: &str| {
        let answer = exchange(&system, request).await?;
        let starts = answer.split("HTTP/1.1 ").skip(1);
        anyhow::Ok(
            starts
                .map(|rest| rest.chars().take(3).collect())
                .collect::<Vec<String>>(),
        )
    };
    assert_eq!(statuses(&format!("{good}{good}")).await?, ["200", "200"]);
    for bad in [
        "GET /api/server/ping HTTP/1.1\nHost: x\r\n\r\n",
        "GET /api/server/ping HTTP/1.1\r\nHost: x\n\r\n",
        "GET /api/server/ping HTTP/1.1\r\nHost: x\r\n\n",
        "GET /api/server/ping HTTP/1.1\nHost: x\n\n",
        "\nGET /api/server/ping HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /api/server/ping HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
    ] {
        assert_eq!(statuses(bad).await?, ["400"], "{bad:?}");
        assert_eq!(statuses(&format!("{good}{bad}")).await?, ["200", "400"], "{bad:?}");
    }
    // Within bodies they are what they are, also where the next request follows.
    let body = "{\n\"email\": \"a@b.cd\",\n\"password\": 1}\n";
    let head = "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let sized = format!("{head}Content-Length: {}\r\n\r\n{body}{good}", body.len());
    assert_eq!(statuses(&sized).await?, ["400", "200"]);
    let chunked = format!(
        "{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n{good}",
        body.len()
    );
    assert_eq!(statuses(&chunked).await?, ["400", "200"]);
    assert!(
        exchange(&system, &sized)
            .await?
            .contains("expected string, received number")
    );
    Ok(())
}
