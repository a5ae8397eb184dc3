//! API keys and what they may do.

use anyhow::Result;
use safelight_tests::system::TestSystem;
use serde_json::json;

#[tokio::test]
async fn a_key_does_what_it_may_and_nothing_else() -> Result<()> {
    let system = TestSystem::builder().gateways(2).start().await?;
    let admin = system.client().sign_up_admin().await?;
    let body = json!({"permissions": ["user.read", "apiKey.create"]});
    let made = admin.post("/api/api-keys", &body).await?.expect(201)?;
    let key = system.client().with_api_key(&made.string("/secret")?)?;
    let id = made.string("/apiKey/id")?;

    key.get("/api/users/me").await?.expect(200)?;
    let own = key.get("/api/api-keys/me").await?.expect(200)?;
    assert_eq!(own.json()?["permissions"], json!(["user.read", "apiKey.create"]));
    let refused = key.get("/api/server/about").await?.expect(403)?;
    assert_eq!(
        refused.json()?,
        json!({"message": "Missing required permission: server.about"})
    );
    let more = key
        .post("/api/api-keys", &json!({"permissions": ["all"]}))
        .await?
        .expect(400)?;
    assert_eq!(
        more.json()?,
        json!({"message": "Cannot grant permissions you do not have"})
    );

    admin.delete(&format!("/api/api-keys/{id}"), None).await?.expect(204)?;
    let gone = key.get("/api/users/me").await?.expect(401)?;
    assert_eq!(gone.json()?, json!({"message": "Invalid API key"}));
    Ok(())
}

#[tokio::test]
async fn keys_of_others_are_not_there() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let admin = system.client().sign_up_admin().await?;
    let unknown = admin
        .get("/api/api-keys/00000000-0000-4000-8000-000000000000")
        .await?
        .expect(400)?;
    assert_eq!(unknown.json()?, json!({"message": "API Key not found"}));
    let nonsense = admin.get("/api/api-keys/nope").await?.expect(400)?;
    assert_eq!(nonsense.json()?["errors"][0]["message"], "Invalid UUID");
    Ok(())
}
