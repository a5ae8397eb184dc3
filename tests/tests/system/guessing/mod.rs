//! Secrets of accounts: who sets them, who guesses at them, and who forwards requests.

mod attempts;
mod line;
mod passwords;
mod pin;
mod proxies;

use anyhow::Result;
use safelight_tests::Client;
use safelight_tests::client::Answer;
use safelight_tests::system::Builder;
use serde_json::{Value, json};

/// A pause that no test sits through: after the free attempts nothing more is looked at.
fn endless_pauses(builder: Builder) -> Builder {
    builder
        .env("SAFELIGHT_ATTEMPT_PAUSE", "1h")
        .env("SAFELIGHT_ATTEMPT_PAUSE_LIMIT", "1h")
        .env("SAFELIGHT_ATTEMPT_OWN_PAUSE_LIMIT", "1h")
}

/// Trusts the tests to say where a client is.
fn named_proxy(builder: Builder) -> Builder {
    builder.env("IMMICH_TRUSTED_PROXIES", "127.0.0.1")
}

/// The client, as if it were at this address.
fn at(client: &Client, address: &str) -> Client {
    client.with_header("x-forwarded-for", address).unwrap()
}

fn login(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

/// The status of a login.
async fn try_login(client: &Client, email: &str, password: &str) -> Result<u16> {
    Ok(client.post("/api/auth/login", &login(email, password)).await?.status)
}

/// A refusal that says when to come back.
fn assert_later(answer: &Answer) {
    assert!([429, 503].contains(&answer.status), "{}", answer.status);
    let seconds = answer.header("retry-after").parse::<u64>();
    assert!(seconds.is_ok_and(|seconds| seconds > 0), "no Retry-After");
}

/// Makes an account and logs in, with the password `password1`.
async fn join(admin: &Client, anonymous: &Client, name: &str) -> Result<Client> {
    let email = format!("{name}@example.com");
    let body = json!({"email": email, "password": "password1", "name": name});
    admin.post("/api/admin/users", &body).await?.expect(201)?;
    anonymous.log_in(&email, "password1").await
}
