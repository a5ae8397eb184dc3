//! What the official web app asks for when it starts, in its order and with nothing but cookies.

use anyhow::{Context as _, Result};
use safelight_tests::client::{NewUpload, account};
use safelight_tests::system::{Kind, TestSystem};
use safelight_tests::wait::PATIENCE;
use safelight_tests::{Answer, Client, media};
use serde_json::{Value, json};

/// A system with a build of the web app that is one page, and a browser that has opened nothing yet.
async fn open() -> Result<(TestSystem, Client)> {
    let system = TestSystem::builder()
        .gateways(0)
        .workers(&[Kind::MetadataWorker, Kind::ThumbnailWorker])
        .start()
        .await?;
    let www = system.folder().join("www");
    std::fs::create_dir(&www)?;
    std::fs::write(www.join("index.html"), "<!doctype html><title>Immich</title>")?;
    let root = www.display().to_string();
    system
        .start_with(Kind::ApiGateway, &[("SAFELIGHT_WEB_ROOT", &root)])
        .await?;
    let browser = system.client();
    Ok((system, browser))
}

/// What a browser keeps of an answer, as it sends it back.
fn cookies(answer: &Answer) -> String {
    let set = answer.headers.get_all("set-cookie").iter();
    let pairs = set.filter_map(|value| value.to_str().ok()?.split(';').next().map(str::to_owned));
    pairs.collect::<Vec<_>>().join("; ")
}

async fn json_of(client: &Client, path: &str) -> Result<Value> {
    client.get_json(path).await
}

#[tokio::test]
async fn the_first_visit_leads_from_the_page_to_the_timeline() -> Result<()> {
    let (system, browser) = open().await?;
    browser.get("/").await?.expect(200)?;
    let config = json_of(&browser, "/api/server/config").await?;
    assert_eq!(
        (&config["isInitialized"], &config["isOnboarded"]),
        (&json!(false), &json!(false))
    );
    let sign_up = json!({"email": account::ADMIN_EMAIL, "password": account::ADMIN_PASSWORD, "name": "Admin"});
    browser.post("/api/auth/admin-sign-up", &sign_up).await?.expect(201)?;
    assert_eq!(json_of(&browser, "/api/server/config").await?["isInitialized"], true);

    let log_in = json!({"email": account::ADMIN_EMAIL, "password": account::ADMIN_PASSWORD});
    let logged_in = browser.post("/api/auth/login", &log_in).await?.expect(201)?;
    let kept = cookies(&logged_in);
    assert!(kept.contains("immich_is_authenticated=true"), "{kept}");
    let browser = browser.with_header("cookie", &kept)?;
    let me = json_of(&browser, "/api/users/me").await?;
    let preferences = json_of(&browser, "/api/users/me/preferences").await?;
    assert_eq!(
        (&me["isAdmin"], &preferences["memories"]["enabled"]),
        (&json!(true), &json!(true))
    );
    let onboarded = json!({"isOnboarded": true});
    browser
        .post("/api/system-metadata/admin-onboarding", &onboarded)
        .await?
        .expect(204)?;
    browser.put("/api/users/me/onboarding", &onboarded).await?.expect(200)?;
    assert_eq!(json_of(&browser, "/api/server/config").await?["isOnboarded"], true);

    browser.upload(&NewUpload::new("a.jpg", media::jpeg())).await?;
    system.queues_idle(&browser, PATIENCE).await?;
    for path in [
        "features",
        "about",
        "storage",
        "media-types",
        "version",
        "version-history",
    ] {
        json_of(&browser, &format!("/api/server/{path}")).await?;
    }
    let shown = "visibility=timeline&withPartners=true&withStacked=true";
    let buckets = json_of(&browser, &format!("/api/timeline/buckets?{shown}")).await?;
    let month = buckets[0]["timeBucket"].as_str().context("a month")?;
    let bucket = json_of(&browser, &format!("/api/timeline/bucket?timeBucket={month}&{shown}")).await?;
    let asset = bucket["id"][0].as_str().context("an asset")?;
    let thumbnail = browser
        .get(&format!("/api/assets/{asset}/thumbnail?size=thumbnail"))
        .await?;
    assert_eq!(thumbnail.expect(200)?.header("content-type"), "image/webp");
    json_of(&browser, &format!("/api/assets/{asset}")).await?;
    assert_eq!(json_of(&browser, "/api/albums").await?, json!([]));
    // A page opened by its address is the same page.
    browser.get(&format!("/photos/{asset}")).await?.expect(200)?;

    let out = browser.post("/api/auth/logout", &json!({})).await?.expect(200)?;
    assert!(cookies(&out).ends_with("immich_is_authenticated="), "{}", cookies(&out));
    browser.get("/api/users/me").await?.expect(401)?;
    Ok(())
}

#[tokio::test]
async fn the_pages_of_administrators_find_what_they_ask_for() -> Result<()> {
    let (system, browser) = open().await?;
    browser.sign_up_admin().await?;
    let log_in = json!({"email": account::ADMIN_EMAIL, "password": account::ADMIN_PASSWORD});
    let kept = cookies(&browser.post("/api/auth/login", &log_in).await?.expect(201)?);
    let admin = browser.with_header("cookie", &kept)?;

    let queues = json_of(&admin, "/api/queues").await?;
    assert_eq!(queues.as_array().context("queues")?.len(), 19);
    let start = json!({"command": "start", "force": false});
    admin.put("/api/jobs/thumbnailGeneration", &start).await?.expect(200)?;
    let paused = json!({"isPaused": true});
    admin
        .put("/api/queues/thumbnailGeneration", &paused)
        .await?
        .expect(200)?;
    admin
        .put("/api/queues/thumbnailGeneration", &json!({"isPaused": false}))
        .await?
        .expect(200)?;
    let failed = json!({"failed": true});
    admin
        .delete("/api/queues/thumbnailGeneration/jobs", Some(&failed))
        .await?
        .expect(204)?;
    admin
        .post("/api/jobs", &json!({"name": "user-cleanup"}))
        .await?
        .expect(204)?;
    let config = json_of(&admin, "/api/system-config").await?;
    admin.put("/api/system-config", &config).await?.expect(200)?;
    json_of(&admin, "/api/system-config/defaults").await?;
    json_of(&admin, "/api/system-config/storage-template-options").await?;
    json_of(&admin, "/api/server/statistics").await?;

    let new = json!({"email": "ana@example.com", "password": "password1", "name": "Ana", "notify": false});
    let ana = admin.post("/api/admin/users", &new).await?.expect(201)?.string("/id")?;
    let users = json_of(&admin, "/api/admin/users?withDeleted=true").await?;
    assert_eq!(users.as_array().context("users")?.len(), 2);
    for part in ["", "/preferences", "/statistics", "/sessions", "/calendar-heatmap"] {
        json_of(&admin, &format!("/api/admin/users/{ana}{part}")).await?;
    }
    system.client().get("/admin/users").await?.expect(200)?;
    Ok(())
}
