//! Headers that keep an answer from being taken for something else, or kept where it should not be.

use anyhow::Result;
use reqwest::Method;
use safelight_tests::client::account::{ADMIN_EMAIL, ADMIN_PASSWORD};
use safelight_tests::client::{Answer, NewUpload};
use safelight_tests::media;
use safelight_tests::system::TestSystem;
use serde_json::json;

/// A picture with a script in it.
const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><script>alert(1)</script></svg>";

#[tokio::test]
async fn no_answer_is_taken_for_something_else() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let client = system.client();
    let admin = client.sign_up_admin().await?;
    let tag = client.get("/api/server/version").await?;
    let known = client.with_header("if-none-match", tag.header("etag"))?;
    let answers = [
        tag,
        known.get("/api/server/version").await?.expect(304)?,
        client.get("/api/nope").await?.expect(404)?,
        client.get("/nope").await?.expect(404)?,
        client.get("/").await?.expect(200)?,
        client.get("/_safelight/main.js").await?.expect(200)?,
        client.get("/api/users/me").await?.expect(401)?,
        client.post("/api/auth/login", &json!({})).await?.expect(400)?,
        client.send(Method::HEAD, "/api/server/ping", None).await?.expect(200)?,
        client
            .get("/api/socket.io/?EIO=4&transport=polling")
            .await?
            .expect(400)?,
        client
            .send(Method::OPTIONS, "/api/socket.io/", None)
            .await?
            .expect(204)?,
        Answer::of(client.request(Method::POST, "/api/auth/login")?.body("x"))
            .await?
            .expect(415)?,
        admin
            .delete("/api/assets", Some(&json!({"ids": []})))
            .await?
            .expect(204)?,
    ];
    for answer in answers {
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_people_upload_runs_no_script() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let admin = system.client().sign_up_admin().await?;
    let page = "<html><script>alert(1)</script></html>";
    for (name, bytes) in [("a.svg", SVG), ("a.SVG", SVG), ("a.jpg", page), ("a.Mp4", page)] {
        // No two of them are the same file.
        let id = admin
            .upload(&NewUpload::new(name, format!("{bytes}<!--{name}-->")))
            .await?
            .id;
        let path = format!("/api/assets/{id}/original");
        let range = admin.with_header("range", "bytes=0-3")?;
        let first = admin.get(&path).await?.expect(200)?;
        let known = admin.with_header("if-none-match", first.header("etag"))?;
        for answer in [
            first.clone(),
            range.get(&path).await?.expect(206)?,
            known.get(&path).await?.expect(304)?,
        ] {
            let policy = answer.header("content-security-policy");
            assert!(
                policy.contains("sandbox") && policy.starts_with("default-src 'none'"),
                "{name}: {policy}"
            );
            assert!(
                !policy.contains("allow-scripts") && !policy.contains("script-src"),
                "{policy}"
            );
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            let kind = answer.header("content-type");
            assert!(!kind.contains("html") && !kind.contains("xml"), "{name}: {kind}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn secrets_and_what_is_locked_are_kept_nowhere() -> Result<()> {
    let system = TestSystem::builder().photo_workers().start().await?;
    let client = system.client();
    let admin = client.sign_up_admin().await?;
    let body = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
    for answer in [
        client.post("/api/auth/login", &body).await?.expect(201)?,
        admin.post("/api/sessions", &json!({})).await?.expect(201)?,
        admin
            .post("/api/api-keys", &json!({"permissions": ["all"]}))
            .await?
            .expect(201)?,
    ] {
        assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
    }
    let open = admin.upload(&NewUpload::new("open.jpg", media::jpeg())).await?.id;
    let locked = admin.upload(&NewUpload::new("locked.jpg", media::jpeg())).await?.id;
    system.queues_idle(&admin, std::time::Duration::from_secs(120)).await?;
    admin
        .post("/api/auth/pin-code", &json!({"pinCode": "123456"}))
        .await?
        .expect(204)?;
    admin
        .post("/api/auth/session/unlock", &json!({"pinCode": "123456"}))
        .await?
        .expect(204)?;
    admin
        .put("/api/assets", &json!({"ids": [locked], "visibility": "locked"}))
        .await?
        .expect(204)?;
    for rest in ["original", "thumbnail", "thumbnail?size=preview"] {
        let answer = admin.get(&format!("/api/assets/{locked}/{rest}")).await?.expect(200)?;
        assert_eq!(answer.header("cache-control"), "no-store", "{rest}");
        let answer = admin.get(&format!("/api/assets/{open}/{rest}")).await?.expect(200)?;
        assert!(
            answer.header("cache-control").starts_with("private, max-age=86400"),
            "{rest}"
        );
    }
    Ok(())
}
