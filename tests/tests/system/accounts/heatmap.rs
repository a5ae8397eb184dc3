//! Days on which somebody uploaded or took pictures.

use anyhow::Result;
use safelight_tests::client::NewUpload;
use safelight_tests::media;
use safelight_tests::system::TestSystem;
use serde_json::json;

use super::administrators::make;

#[tokio::test]
async fn days_are_counted_for_oneself_and_for_administrators() -> Result<()> {
    let system = TestSystem::builder()
        .env("SAFELIGHT_HEATMAP_DAYS", "40")
        .start()
        .await?;
    let admin = system.client().sign_up_admin().await?;
    let ana = make(&admin, "ana@example.com", json!({})).await?;
    let hers = system.client().log_in("ana@example.com", "password1").await?;
    // Uploaded today, taken on the first of March.
    hers.upload(&NewUpload::new("a.jpg", media::jpeg())).await?;
    let hidden = NewUpload::new("b.jpg", media::jpeg()).field("visibility", "locked");
    hers.upload(&hidden).await?;

    let days = "from=2024-02-25&to=2024-03-02&type=Taken";
    let own = hers
        .get(&format!("/api/users/me/calendar-heatmap?{days}"))
        .await?
        .expect(200)?;
    let own = own.json()?;
    assert_eq!(
        (own["from"].as_str(), own["to"].as_str()),
        (Some("2024-02-25"), Some("2024-03-02"))
    );
    assert_eq!(own["series"].as_array().unwrap().len(), 7);
    assert_eq!(own["series"][5], json!({"date": "2024-03-01", "count": 1}));
    assert_eq!(own["totalCount"], 1);
    let path = format!("/api/admin/users/{}/calendar-heatmap", ana["id"].as_str().unwrap());
    assert_eq!(admin.get_json(&format!("{path}?{days}")).await?, own);
    hers.get(&format!("{path}?{days}")).await?.expect(200)?;

    let sql = system.sql().await?;
    sql.batch_execute("update asset set created_at = '2024-05-01T23:59:59.5Z'")
        .await?;
    let uploaded = admin
        .get(&format!("{path}?from=2024-05-01&to=2024-05-01"))
        .await?
        .json()?;
    assert_eq!(uploaded["totalCount"], 1);

    let me = admin.get("/api/users/me").await?.string("/id")?;
    let foreign = hers.get(&format!("/api/admin/users/{me}/calendar-heatmap")).await?;
    assert_eq!(foreign.expect(403)?.string("/message")?, "Forbidden");
    let long = hers
        .get("/api/users/me/calendar-heatmap?from=2024-01-01&to=2024-02-10")
        .await?;
    assert_eq!(
        long.expect(400)?.string("/message")?,
        "from and to must be at most 40 days apart"
    );
    Ok(())
}
