//! Sign-up, sessions and passwords, over two gateways that share nothing but the database.

use anyhow::Result;
use safelight_tests::client::account::{ADMIN_EMAIL, ADMIN_PASSWORD};
use safelight_tests::system::TestSystem;
use serde_json::json;

#[tokio::test]
async fn a_session_holds_and_ends_on_every_gateway() -> Result<()> {
    let system = TestSystem::builder().gateways(2).start().await?;
    let (one, two) = (system.client_of(0)?, system.client_of(1)?);
    let here = one.sign_up_admin().await?;
    let token = one
        .post(
            "/api/auth/login",
            &json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}),
        )
        .await?
        .expect(201)?
        .string("/accessToken")?;
    let there = two.with_token(&token)?;
    there.get("/api/users/me").await?.expect(200)?;

    there.post("/api/auth/logout", &json!({})).await?.expect(200)?;
    let ended = one.with_token(&token)?.get("/api/users/me").await?.expect(401)?;
    assert_eq!(ended.json()?, json!({"message": "Invalid user token"}));
    assert_eq!(there.get("/api/users/me").await?.status, 401);
    here.get("/api/users/me").await?.expect(200)?;
    Ok(())
}

#[tokio::test]
async fn only_one_of_many_sign_ups_makes_an_admin() -> Result<()> {
    let system = TestSystem::builder().gateways(2).start().await?;
    let client = system.client();
    let attempts = (0..8).map(|number| {
        let client = client.clone();
        async move {
            let body = json!({"email": format!("a{number}@example.com"), "password": "password", "name": "A"});
            client.post("/api/auth/admin-sign-up", &body).await
        }
    });
    let answers = futures_util::future::try_join_all(attempts).await?;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.status, 400);
        assert_eq!(refused.json()?, json!({"message": "The server already has an admin"}));
    }
    Ok(())
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let (this, client) = (system.client().sign_up_admin().await?, system.client());
    let other = client.log_in(ADMIN_EMAIL, ADMIN_PASSWORD).await?;
    let change = json!({"password": ADMIN_PASSWORD, "newPassword": "another password", "invalidateSessions": true});
    this.post("/api/auth/change-password", &change).await?.expect(200)?;
    this.get("/api/users/me").await?.expect(200)?;
    assert_eq!(other.get("/api/users/me").await?.status, 401);
    assert!(client.log_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.is_err());
    client.log_in(ADMIN_EMAIL, "another password").await?;
    Ok(())
}

#[tokio::test]
async fn secrets_are_in_no_log_and_no_row() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let client = system.client();
    let admin = client.sign_up_admin().await?;
    let login = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
    let token = client.post("/api/auth/login", &login).await?.string("/accessToken")?;
    let key = admin.create_api_key().await?;
    client.get(&format!("/api/users/me?apiKey={key}")).await?.expect(200)?;
    client
        .get(&format!("/api/users/me?sessionKey={token}"))
        .await?
        .expect(200)?;
    let log: String = system.services().iter().map(|service| service.log()).collect();
    let rows: String = system
        .sql()
        .await?
        .query_one(
            "select concat((select json_agg(u) from \"user\" u), (select json_agg(s) from session s), \
             (select json_agg(k) from api_key k), (select json_agg(n) from node n))",
            &[],
        )
        .await?
        .get(0);
    for secret in [ADMIN_PASSWORD, &token, &key] {
        assert!(!log.contains(secret), "a secret in the log");
        assert!(!rows.contains(secret), "a secret in a row");
    }
    Ok(())
}
