//! The locked folder opens for a while.

use anyhow::Result;
use safelight_tests::Client;
use safelight_tests::client::account::{ADMIN_EMAIL, ADMIN_PASSWORD};
use safelight_tests::system::TestSystem;
use serde_json::json;

async fn is_open(client: &Client) -> Result<bool> {
    Ok(client.get_json("/api/auth/status").await?["isElevated"] == true)
}

#[tokio::test]
async fn use_keeps_it_open_up_to_a_stated_time() -> Result<()> {
    let system = TestSystem::builder().env("SAFELIGHT_PIN_LIMIT", "20m").start().await?;
    let admin = system.client().sign_up_admin().await?;
    let pin = json!({"pinCode": "123456"});
    admin.post("/api/auth/pin-code", &pin).await?.expect(204)?;
    admin.post("/api/auth/session/unlock", &pin).await?.expect(204)?;
    let sql = system.sql().await?;
    let holds = async |condition: &str| -> Result<bool> {
        let question = format!("select bool_and({condition}) from session");
        Ok(sql.query_one(&question, &[]).await?.get(0))
    };
    assert!(holds("pin_ends_at - pin_expires_at = interval '5 minutes'").await?);
    // Shortly before its end: it slides by use, but not beyond.
    sql.batch_execute(
        "update session set pin_expires_at = now() + interval '1 minute', pin_ends_at = now() + interval '3 minutes'",
    )
    .await?;
    assert!(is_open(&admin).await?);
    assert!(holds("pin_expires_at = pin_ends_at").await?);
    sql.batch_execute("update session set pin_ends_at = now()").await?;
    assert!(!is_open(&admin).await?);
    admin
        .get("/api/timeline/buckets?visibility=locked")
        .await?
        .expect(401)?;
    Ok(())
}

#[tokio::test]
async fn another_pin_closes_it_elsewhere() -> Result<()> {
    let system = TestSystem::builder().gateways(2).start().await?;
    let this = system.client().sign_up_admin().await?;
    let other = system.client().log_in(ADMIN_EMAIL, ADMIN_PASSWORD).await?;
    let pin = json!({"pinCode": "123456"});
    this.post("/api/auth/pin-code", &pin).await?.expect(204)?;
    let open_both = async |pin: &serde_json::Value| -> Result<()> {
        for session in [&this, &other] {
            session.post("/api/auth/session/unlock", pin).await?.expect(204)?;
            assert!(is_open(session).await?);
        }
        Ok(())
    };
    open_both(&pin).await?;
    let change = json!({"pinCode": "123456", "newPinCode": "654321"});
    this.put("/api/auth/pin-code", &change).await?.expect(204)?;
    assert_eq!((is_open(&this).await?, is_open(&other).await?), (true, false));

    open_both(&json!({"pinCode": "654321"})).await?;
    let me = this.get("/api/users/me").await?.string("/id")?;
    this.put(&format!("/api/admin/users/{me}"), &json!({"pinCode": "111111"}))
        .await?
        .expect(200)?;
    assert_eq!((is_open(&this).await?, is_open(&other).await?), (false, false));
    Ok(())
}
