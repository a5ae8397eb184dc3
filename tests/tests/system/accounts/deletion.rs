//! Deleting accounts and bringing them back.

use anyhow::Result;
use safelight_tests::client::NewUpload;
use safelight_tests::system::TestSystem;
use safelight_tests::wait::PATIENCE;
use safelight_tests::{media, wait_until};
use serde_json::json;

use super::administrators::make;

#[tokio::test]
async fn a_deleted_account_is_hidden_and_comes_back_whole() -> Result<()> {
    let system = TestSystem::builder().gateways(2).start().await?;
    let admin = system.client().sign_up_admin().await?;
    let ana = make(&admin, "ana@example.com", json!({})).await?;
    let hers = system.client().log_in("ana@example.com", "password1").await?;
    let key = system.client().with_api_key(&hers.create_api_key().await?)?;
    let me = admin.get("/api/users/me").await?.string("/id")?;
    let members = json!({"albumName": "Hers", "albumUsers": [{"userId": me, "role": "viewer"}]});
    hers.post("/api/albums", &members).await?.expect(201)?;
    let albums = async || -> Result<usize> {
        let albums = admin.get_json("/api/albums").await?;
        Ok(albums.as_array().unwrap().len())
    };
    assert_eq!(albums().await?, 1);

    let path = format!("/api/admin/users/{}", ana["id"].as_str().unwrap());
    let deleted = admin.delete(&path, Some(&json!({}))).await?.expect(200)?.json()?;
    assert_eq!(deleted["status"], "deleted");
    for client in [&hers, &key] {
        client.get("/api/users/me").await?.expect(401)?;
    }
    assert_eq!(albums().await?, 0);
    let seen = admin.get("/api/users").await?.json()?;
    assert_eq!(seen.as_array().unwrap().len(), 1);
    admin.put(&path, &json!({"name": "x"})).await?.expect(400)?;

    let restored = admin.post(&format!("{path}/restore"), &json!({})).await?.expect(200)?;
    assert_eq!(restored.string("/status")?, "active");
    assert_eq!(albums().await?, 1);
    key.get("/api/users/me").await?.expect(200)?;
    system.client().log_in("ana@example.com", "password1").await?;
    Ok(())
}

#[tokio::test]
async fn a_forced_deletion_takes_every_file_of_the_account_and_no_other() -> Result<()> {
    let system = TestSystem::builder().photo_workers().start().await?;
    let admin = system.client().sign_up_admin().await?;
    let kept = admin.upload(&NewUpload::new("mine.jpg", media::jpeg())).await?;
    let ana = make(&admin, "ana@example.com", json!({})).await?;
    let hers = system.client().log_in("ana@example.com", "password1").await?;
    for name in ["a.jpg", "b.jpg"] {
        hers.upload(&NewUpload::new(name, media::jpeg())).await?;
    }
    system.queues_idle(&admin, PATIENCE).await?;
    let files = || media::files_in(&system.media(), &["jpg", "jpeg", "webp"]);
    let hers_on_disk = |files: &[std::path::PathBuf]| {
        let id = ana["id"].as_str().unwrap();
        files.iter().filter(|file| file.to_string_lossy().contains(id)).count()
    };
    let before = files();
    assert_eq!(hers_on_disk(&before), 6, "{before:?}");

    let path = format!("/api/admin/users/{}", ana["id"].as_str().unwrap());
    let force = json!({"force": true});
    let removing = admin.delete(&path, Some(&force)).await?.expect(200)?.json()?;
    assert_eq!(removing["status"], "removing");
    wait_until(
        "the account is gone",
        async || Ok(admin.get(&path).await?.status == 400),
    )
    .await?;
    system.queues_idle(&admin, PATIENCE).await?;
    let after = files();
    assert_eq!(hers_on_disk(&after), 0, "{after:?}");
    assert_eq!(after.len(), before.len() - 6);
    admin
        .get(&format!("/api/assets/{}/original", kept.id))
        .await?
        .expect(200)?;
    let again = make(&admin, "ana@example.com", json!({})).await?;
    assert_ne!(again["id"], ana["id"]);

    // The same job, asked for by its name.
    let cleanup = json!({"name": "user-cleanup"});
    let late = format!(
        "update \"user\" set status = 'deleted', deleted_at = now() - interval '8 days' where id = '{}'",
        again["id"].as_str().unwrap()
    );
    system.sql().await?.batch_execute(&late).await?;
    admin.post("/api/jobs", &cleanup).await?.expect(204)?;
    let path = format!("/api/admin/users/{}", again["id"].as_str().unwrap());
    wait_until("the old account is gone", async || {
        Ok(admin.get(&path).await?.status == 400)
    })
    .await
}

#[tokio::test]
async fn what_is_being_removed_does_not_come_back() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let admin = system.client().sign_up_admin().await?;
    let ana = make(&admin, "ana@example.com", json!({})).await?;
    let path = format!("/api/admin/users/{}", ana["id"].as_str().unwrap());
    let force = json!({"force": true});
    admin.delete(&path, Some(&force)).await?.expect(200)?;
    admin.post(&format!("{path}/restore"), &json!({})).await?.expect(400)?;
    let again = admin.delete(&path, Some(&json!({}))).await?.expect(200)?;
    assert_eq!(again.string("/status")?, "removing");
    Ok(())
}
