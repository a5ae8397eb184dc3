//! Whose word is taken for where a request comes from.

use anyhow::Result;
use reqwest::Method;
use safelight_tests::Client;
use safelight_tests::client::Answer;
use safelight_tests::client::account::{ADMIN_EMAIL, ADMIN_PASSWORD};
use safelight_tests::system::{Kind, TestSystem};
use safelight_tests::wait_until;

use super::{endless_pauses, login, named_proxy};

/// A login with these lines of `X-Forwarded-For`.
async fn log_in_by(client: &Client, chain: &[&str], password: &str) -> Result<Answer> {
    let mut request = client
        .request(Method::POST, "/api/auth/login")?
        .header("x-forwarded-proto", "https");
    for line in chain {
        request = request.header("x-forwarded-for", *line);
    }
    Answer::of(request.json(&login(ADMIN_EMAIL, password))).await
}

fn is_secure(answer: &Answer) -> bool {
    let cookies: Vec<&str> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .flat_map(|value| value.to_str())
        .collect();
    assert_eq!(cookies.len(), 3, "{cookies:?}");
    cookies.iter().all(|cookie| cookie.contains("; Secure"))
}

#[tokio::test]
async fn a_proxy_that_is_not_named_is_a_client_and_is_told_of_once() -> Result<()> {
    let builder = endless_pauses(TestSystem::builder()).env("SAFELIGHT_ATTEMPTS", "2");
    let system = builder.start().await?;
    let client = system.client();
    let admin = client.sign_up_admin().await?;
    let right = log_in_by(&client, &["203.0.113.1"], ADMIN_PASSWORD)
        .await?
        .expect(201)?;
    assert!(!is_secure(&right));
    for address in ["203.0.113.2", "203.0.113.3"] {
        log_in_by(&client, &[address], "guess").await?.expect(401)?;
    }
    log_in_by(&client, &["203.0.113.4"], "guess").await?.expect(429)?;

    let log = system.service(Kind::ApiGateway, 0)?.log();
    assert_eq!(
        log.matches("IMMICH_TRUSTED_PROXIES does not name it").count(),
        1,
        "{log}"
    );
    wait_until("the fleet was told", || async {
        let nodes = admin.get_json("/api/fleet/nodes").await?;
        let note = nodes.pointer("/0/facts/notes/proxies/0").and_then(|note| note.as_str());
        Ok(note.is_some_and(|note| note.starts_with("Forwarded headers from 127.0.0.1 are not believed")))
    })
    .await
}

#[tokio::test]
async fn a_named_proxy_tells_by_the_right_most_address_of_all_lines() -> Result<()> {
    let builder = endless_pauses(named_proxy(TestSystem::builder())).env("SAFELIGHT_ATTEMPTS", "2");
    let system = builder.start().await?;
    let client = system.client();
    client.sign_up_admin().await?;
    let right = log_in_by(&client, &["203.0.113.1"], ADMIN_PASSWORD)
        .await?
        .expect(201)?;
    assert!(is_secure(&right));
    // Whatever the client writes to the left, on lines of its own or not.
    log_in_by(&client, &["1.1.1.1", "203.0.113.9"], "guess")
        .await?
        .expect(401)?;
    log_in_by(&client, &["2.2.2.2, 203.0.113.9"], "guess")
        .await?
        .expect(401)?;
    log_in_by(&client, &["3.3.3.3", "4.4.4.4, 203.0.113.9"], "guess")
        .await?
        .expect(429)?;
    log_in_by(&client, &["203.0.113.9", "203.0.113.5"], "guess")
        .await?
        .expect(401)?;
    let log = system.service(Kind::ApiGateway, 0)?.log();
    assert!(!log.contains("does not name it"), "{log}");
    Ok(())
}
