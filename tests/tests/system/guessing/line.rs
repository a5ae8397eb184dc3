//! The line for hashing.

use anyhow::Result;
use futures_util::future::try_join_all;
use safelight_tests::client::account::{ADMIN_EMAIL, ADMIN_PASSWORD};
use safelight_tests::system::TestSystem;

use super::{assert_later, at, login, named_proxy, try_login};

#[tokio::test]
async fn a_flood_of_logins_waits_in_a_short_line_and_nobody_else_behind_it() -> Result<()> {
    const LANE: usize = 4;
    let builder = named_proxy(TestSystem::builder())
        .env("SAFELIGHT_ATTEMPTS_NETWORK", "1000000")
        .env("SAFELIGHT_HASH_LANE", &LANE.to_string());
    let system = builder.start().await?;
    let client = system.client();
    client.sign_up_admin().await?;
    let flood = at(&client, "203.0.113.66");
    let flood = (0..300).map(|number| {
        let flood = flood.clone();
        async move {
            let body = login(&format!("{number}@example.com"), "guess");
            flood.post("/api/auth/login", &body).await
        }
    });
    let elsewhere = at(&client, "203.0.113.7");
    let (answers, right) = tokio::join!(try_join_all(flood), try_login(&elsewhere, ADMIN_EMAIL, ADMIN_PASSWORD));
    assert_eq!(right?, 201);
    let (looked_at, refused): (Vec<_>, Vec<_>) = answers?.into_iter().partition(|answer| answer.status == 401);
    for answer in &refused {
        assert_later(answer);
    }
    // As many arrive while a place becomes free as this machine has time for.
    assert!((1..150).contains(&looked_at.len()), "{}", looked_at.len());
    Ok(())
}

#[tokio::test]
async fn one_persons_changes_of_password_hold_no_connection() -> Result<()> {
    let system = TestSystem::builder().env("SAFELIGHT_DB_POOL_SIZE", "2").start().await?;
    let admin = system.client().sign_up_admin().await?;
    let change = serde_json::json!({"password": ADMIN_PASSWORD, "newPassword": "another password"});
    let changes = (0..60).map(|_| admin.post("/api/auth/change-password", &change));
    let looks = (0..20).map(|_| admin.get("/api/users/me"));
    let (changes, looks) = tokio::join!(try_join_all(changes), try_join_all(looks));
    assert!(looks?.iter().all(|answer| answer.status == 200));
    let statuses: Vec<u16> = changes?.iter().map(|answer| answer.status).collect();
    assert!(
        statuses.iter().all(|status| [200, 400, 429].contains(status)),
        "{statuses:?}"
    );
    // All of them gave the old password; one of them was the first.
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    Ok(())
}
