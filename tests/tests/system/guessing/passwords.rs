//! Who sets a password, and what may be one.

use anyhow::Result;
use futures_util::future::try_join_all;
use safelight_tests::client::account::{ADMIN_EMAIL, ADMIN_PASSWORD};
use safelight_tests::system::TestSystem;
use serde_json::json;

use super::{join, login, try_login};

const NEW: &str = "another password";

#[tokio::test]
async fn a_key_never_sets_a_password_alone() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let admin = system.client().sign_up_admin().await?;
    for permissions in [json!(["user.update"]), json!(["all"])] {
        let body = json!({"permissions": permissions});
        let made = admin.post("/api/api-keys", &body).await?.expect(201)?;
        let key = system.client().with_api_key(&made.string("/secret")?)?;
        key.put("/api/users/me", &json!({"password": NEW})).await?.expect(403)?;
        key.put("/api/users/me", &json!({"password": NEW, "name": "N"}))
            .await?
            .expect(403)?;
        key.put("/api/users/me", &json!({"name": "Still me"}))
            .await?
            .expect(200)?;
    }
    assert_eq!(try_login(&system.client(), ADMIN_EMAIL, NEW).await?, 401);
    assert_eq!(try_login(&system.client(), ADMIN_EMAIL, ADMIN_PASSWORD).await?, 201);
    Ok(())
}

#[tokio::test]
async fn without_the_old_password_only_a_login_of_this_moment_sets_another() -> Result<()> {
    let system = TestSystem::builder().gateways(2).start().await?;
    let old = system.client().sign_up_admin().await?;
    let sql = system.sql().await?;
    sql.execute("update session set created_at = now() - interval '15 minutes'", &[])
        .await?;
    let change = json!({"password": NEW});
    old.put("/api/users/me", &change).await?.expect(403)?;
    // A session that it opens is as old as itself.
    let made = old.post("/api/sessions", &json!({})).await?.expect(201)?;
    let child = system.client().with_token(&made.string("/token")?)?;
    child.put("/api/users/me", &change).await?.expect(403)?;

    let fresh = system.client().log_in(ADMIN_EMAIL, ADMIN_PASSWORD).await?;
    fresh.put("/api/users/me", &change).await?.expect(200)?;
    fresh.get("/api/users/me").await?.expect(200)?;
    for ended in [&old, &child] {
        ended.get("/api/users/me").await?.expect(401)?;
    }
    assert_eq!(try_login(&system.client(), ADMIN_EMAIL, NEW).await?, 201);
    Ok(())
}

#[tokio::test]
async fn one_rule_holds_wherever_a_password_is_set() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let anonymous = system.client();
    let long = "x".repeat(73);
    let refused = ["", "1234567", long.as_str(), "1234\x005678"];
    for password in refused {
        let body = json!({"email": ADMIN_EMAIL, "password": password, "name": "Admin"});
        anonymous.post("/api/auth/admin-sign-up", &body).await?.expect(400)?;
    }
    let admin = anonymous.sign_up_admin().await?;
    let me = admin.get("/api/users/me").await?.string("/id")?;
    for password in refused {
        let change = json!({"password": ADMIN_PASSWORD, "newPassword": password});
        admin.post("/api/auth/change-password", &change).await?.expect(400)?;
        let set = json!({"password": password});
        admin.put("/api/users/me", &set).await?.expect(400)?;
        admin.put(&format!("/api/admin/users/{me}"), &set).await?.expect(400)?;
        let new = json!({"email": "x@example.com", "password": password, "name": "X"});
        admin.post("/api/admin/users", &new).await?.expect(400)?;
        // Who gives such a one is wrong, not malformed.
        assert_eq!(try_login(&anonymous, ADMIN_EMAIL, password).await?, 401);
        assert_eq!(try_login(&anonymous, "x@example.com", password).await?, 401);
    }
    for password in ["12345678", "éééé", &"x".repeat(72)] {
        admin
            .put(&format!("/api/admin/users/{me}"), &json!({"password": password}))
            .await?
            .expect(200)?;
        assert_eq!(try_login(&anonymous, ADMIN_EMAIL, password).await?, 201, "{password}");
    }
    // bcrypt looks at 72 bytes only; that is no reason to take more of them.
    assert_eq!(try_login(&anonymous, ADMIN_EMAIL, &"x".repeat(73)).await?, 401);
    Ok(())
}

#[tokio::test]
async fn no_login_by_the_old_password_survives_a_new_one() -> Result<()> {
    let system = TestSystem::builder().gateways(2).start().await?;
    let (admin, anonymous) = (system.client().sign_up_admin().await?, system.client());
    let ana = join(&admin, &anonymous, "ana").await?.get("/api/users/me").await?;
    let path = format!("/api/admin/users/{}", ana.string("/id")?);
    let old = login("ana@example.com", "password1");
    let logins = (0..16).map(|_| anonymous.post("/api/auth/login", &old));
    let change = json!({"password": NEW});
    let (logins, changed) = tokio::join!(try_join_all(logins), admin.put(&path, &change));
    changed?.expect(200)?;
    for opened in logins?.iter().filter(|answer| answer.status == 201) {
        let session = anonymous.with_token(&opened.string("/accessToken")?)?;
        session.get("/api/users/me").await?.expect(401)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_new_password_locks_what_it_does_not_end() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let this = system.client().sign_up_admin().await?;
    let other = system.client().log_in(ADMIN_EMAIL, ADMIN_PASSWORD).await?;
    let key = system.client().with_api_key(&this.create_api_key().await?)?;
    let pin = json!({"pinCode": "123456"});
    this.post("/api/auth/pin-code", &pin).await?.expect(204)?;
    for session in [&this, &other] {
        session.post("/api/auth/session/unlock", &pin).await?.expect(204)?;
    }
    let change = json!({"password": ADMIN_PASSWORD, "newPassword": NEW});
    this.post("/api/auth/change-password", &change).await?.expect(200)?;
    assert_eq!(this.get_json("/api/auth/status").await?["isElevated"], true);
    assert_eq!(other.get_json("/api/auth/status").await?["isElevated"], false);
    // A key is a credential of its own, and stays.
    key.get("/api/users/me").await?.expect(200)?;
    Ok(())
}

#[tokio::test]
async fn accounts_that_are_not_public_are_seen_nowhere() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let admin = system.client().sign_up_admin().await?;
    let ana = join(&admin, &system.client(), "ana").await?;
    let (me, other) = (
        ana.get("/api/users/me").await?.string("/id")?,
        admin.get("/api/users/me").await?.string("/id")?,
    );
    let picture = "update \"user\" set profile_image_path = $1";
    let file = system.media().join("profile").join("picture.webp");
    std::fs::write(&file, b"picture")?;
    system
        .sql()
        .await?
        .execute(picture, &[&file.display().to_string()])
        .await?;
    let statuses = async |client: &safelight_tests::Client, id: &str| -> Result<[u16; 2]> {
        let account = client.get(&format!("/api/users/{id}")).await?.status;
        let picture = client.get(&format!("/api/users/{id}/profile-image")).await?.status;
        Ok([account, picture])
    };
    assert_eq!(statuses(&ana, &other).await?, [200, 200]);
    let mut config = admin.get_json("/api/system-config").await?;
    config["server"]["publicUsers"] = json!(false);
    admin.put("/api/system-config", &config).await?.expect(200)?;
    assert_eq!(statuses(&ana, &other).await?, [400, 404]);
    assert_eq!(statuses(&ana, &me).await?, [200, 200]);
    assert_eq!(statuses(&admin, &me).await?, [200, 200]);
    Ok(())
}
