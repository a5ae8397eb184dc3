//! Making and changing accounts.

use anyhow::Result;
use safelight_tests::Client;
use safelight_tests::client::NewUpload;
use safelight_tests::system::TestSystem;
use serde_json::{Value, json};

/// Makes an account and returns its JSON.
pub(super) async fn make(admin: &Client, email: &str, more: Value) -> Result<Value> {
    let mut body = json!({"email": email, "password": "password1", "name": email});
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    admin.post("/api/admin/users", &body).await?.expect(201)?.json()
}

fn path(user: &Value) -> String {
    format!("/api/admin/users/{}", user["id"].as_str().unwrap())
}

#[tokio::test]
async fn two_administrators_who_dismiss_each_other_leave_one() -> Result<()> {
    let system = TestSystem::builder().gateways(2).start().await?;
    let first = system.client().sign_up_admin().await?;
    let me = first.get("/api/users/me").await?.json()?;
    let other = make(&first, "second@example.com", json!({"isAdmin": true})).await?;
    let second = system.client().log_in("second@example.com", "password1").await?;
    let dismissal = json!({"isAdmin": false});
    for force in [None, Some(json!({}))] {
        let (one, two) = (path(&other), path(&me));
        let (one, two) = match &force {
            None => tokio::join!(first.put(&one, &dismissal), second.put(&two, &dismissal)),
            Some(body) => tokio::join!(first.delete(&one, Some(body)), second.delete(&two, Some(body))),
        };
        let mut statuses = [one?.status, two?.status];
        statuses.sort_unstable();
        assert!(statuses[0] == 200 && [401, 403].contains(&statuses[1]), "{statuses:?}");
        let sql = system.sql().await?;
        let admins = "select count(*) from \"user\" where is_admin and deleted_at is null";
        assert_eq!(sql.query_one(admins, &[]).await?.get::<_, i64>(0), 1);
        let again = "update \"user\" set is_admin = true, deleted_at = null, status = 'active'";
        sql.batch_execute(again).await?;
    }
    let own = first.put(&path(&me), &dismissal).await?;
    let answer = (own.status, own.string("/message").unwrap_or_default());
    // Its session may have ended above.
    assert!([400, 401].contains(&answer.0), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn a_password_set_by_an_administrator_ends_the_sessions_and_a_quota_holds() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let admin = system.client().sign_up_admin().await?;
    let ana = make(&admin, "ana@example.com", json!({"quotaSizeInBytes": 10})).await?;
    assert_eq!(ana["shouldChangePassword"], true);
    let hers = system.client().log_in("ana@example.com", "password1").await?;
    let full = hers.try_upload(&NewUpload::new("a.jpg", vec![1; 11])).await?;
    assert_eq!(full.expect(400)?.string("/message")?, "Quota has been exceeded!");
    admin
        .put(&path(&ana), &json!({"quotaSizeInBytes": null, "name": "Ana"}))
        .await?
        .expect(200)?;
    hers.upload(&NewUpload::new("a.jpg", vec![1; 11])).await?;

    let change = json!({"password": "password2", "shouldChangePassword": true, "pinCode": "123456"});
    admin.put(&path(&ana), &change).await?.expect(200)?;
    hers.get("/api/users/me").await?.expect(401)?;
    system
        .client()
        .post(
            "/api/auth/login",
            &json!({"email": "ana@example.com", "password": "password1"}),
        )
        .await?
        .expect(401)?;
    let hers = system.client().log_in("ana@example.com", "password2").await?;
    let pin = json!({"pinCode": "123456"});
    hers.post("/api/auth/session/unlock", &pin).await?.expect(204)?;
    let used = hers.get("/api/users/me").await?.json()?["quotaUsageInBytes"].clone();
    assert_eq!(used, 11);

    let me = admin.get("/api/users/me").await?.json()?;
    admin
        .put(&path(&me), &json!({"password": "password3"}))
        .await?
        .expect(200)?;
    admin.get("/api/users/me").await?.expect(200)?;
    let empty = admin.put(&path(&ana), &json!({"unknown": 1})).await?.expect(400)?;
    assert_eq!(empty.string("/message")?, "No fields to update");
    Ok(())
}

#[tokio::test]
async fn a_storage_label_is_the_folder_of_one_person() -> Result<()> {
    let system = TestSystem::builder().gateways(2).start().await?;
    let admin = system.client().sign_up_admin().await?;
    let ana = make(&admin, "ana@example.com", json!({"storageLabel": "../ana"})).await?;
    assert_eq!(ana["storageLabel"], "ana");
    let none = make(&admin, "none@example.com", json!({"storageLabel": ".."})).await?;
    assert_eq!(none["storageLabel"], Value::Null);
    let taken = "Storage label already in use by another account";
    for label in ["ana", "admin", none["id"].as_str().unwrap()] {
        let body = json!({"email": "x@example.com", "password": "password1", "name": "x", "storageLabel": label});
        let answer = admin.post("/api/admin/users", &body).await?.expect(400)?;
        assert_eq!(answer.string("/message")?, taken, "{label}");
    }
    let bob = make(&admin, "bob@example.com", json!({})).await?;
    let same = json!({"storageLabel": "same"});
    let (one, two) = (path(&none), path(&bob));
    let (one, two) = tokio::join!(admin.put(&one, &same), admin.put(&two, &same));
    let mut statuses = [one?.status, two?.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    Ok(())
}
