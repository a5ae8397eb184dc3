//! One's own account.

use anyhow::Result;
use safelight_tests::system::TestSystem;
use serde_json::json;

#[tokio::test]
async fn preferences_keep_both_of_two_changes_at_once() -> Result<()> {
    let system = TestSystem::builder().gateways(2).start().await?;
    let admin = system.client().sign_up_admin().await?;
    let path = "/api/users/me/preferences";
    let (tags, ratings) = (
        json!({"tags": {"enabled": true}}),
        json!({"ratings": {"enabled": true}}),
    );
    let (one, two) = tokio::join!(admin.put(path, &tags), admin.put(path, &ratings));
    one?.expect(200)?;
    two?.expect(200)?;
    let after = admin.get_json(path).await?;
    assert_eq!(after["tags"], json!({"enabled": true, "sidebarWeb": false}));
    assert_eq!(after["ratings"], json!({"enabled": true}));
    Ok(())
}

#[tokio::test]
async fn the_pin_opens_the_session_for_a_while() -> Result<()> {
    let system = TestSystem::builder().gateways(2).start().await?;
    let admin = system.client().sign_up_admin().await?;
    let pin = json!({"pinCode": "123456"});
    admin.post("/api/auth/pin-code", &pin).await?.expect(204)?;
    let wrong = json!({"pinCode": "654321"});
    admin.post("/api/auth/session/unlock", &wrong).await?.expect(400)?;
    admin.post("/api/auth/session/unlock", &pin).await?.expect(204)?;
    let open = admin.get_json("/api/auth/status").await?;
    assert_eq!(
        (open["pinCode"].clone(), open["isElevated"].clone()),
        (json!(true), json!(true))
    );
    admin.post("/api/auth/session/lock", &json!({})).await?.expect(204)?;
    let closed = admin.get_json("/api/auth/status").await?;
    assert_eq!(closed["isElevated"], json!(false));
    Ok(())
}

#[tokio::test]
async fn an_address_belongs_to_one_account() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let admin = system.client().sign_up_admin().await?;
    let sql = system.sql().await?;
    sql.execute("insert into \"user\" (email) values ('taken@example.com')", &[])
        .await?;
    let taken = admin
        .put("/api/users/me", &json!({"email": "Taken@example.com"}))
        .await?
        .expect(400)?;
    assert_eq!(taken.json()?, json!({"message": "Email is not available"}));
    Ok(())
}
