//! What pages of other sites can make a browser send.

use anyhow::Result;
use reqwest::Method;
use safelight_tests::client::Answer;
use safelight_tests::client::account::{ADMIN_EMAIL, ADMIN_PASSWORD};
use safelight_tests::socket::{PATH, Socket};
use safelight_tests::system::TestSystem;
use safelight_tests::{Client, wait_until};
use serde_json::json;

/// A client with nothing but the cookie of a login.
async fn browser(system: &TestSystem) -> Result<Client> {
    let client = system.client();
    client.sign_up_admin().await?;
    let body = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
    let token = client.post("/api/auth/login", &body).await?.string("/accessToken")?;
    client.with_header("cookie", &format!("immich_access_token={token}"))
}

fn with(client: &Client, headers: &[(&str, &str)]) -> Result<Client> {
    headers
        .iter()
        .try_fold(client.clone(), |client, (name, value)| client.with_header(name, value))
}

#[tokio::test]
async fn a_cookie_changes_nothing_for_a_page_of_another_site() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let browser = browser(&system).await?;
    let here = browser.base()?.to_owned();
    let album = json!({"albumName": "x"});
    for (headers, passes) in [
        (vec![], true),
        (vec![("sec-fetch-site", "same-origin")], true),
        (vec![("sec-fetch-site", "none")], true),
        (vec![("sec-fetch-site", "same-site")], false),
        (vec![("sec-fetch-site", "cross-site")], false),
        (vec![("sec-fetch-site", "cross-site"), ("origin", here.as_str())], false),
        (vec![("origin", here.as_str())], true),
        (vec![("origin", "http://127.0.0.1:1")], false),
        (vec![("origin", "http://evil.example")], false),
        (vec![("origin", "null")], false),
    ] {
        let client = with(&browser, &headers)?;
        let made = client.post("/api/albums", &album).await?;
        assert_eq!(made.status, if passes { 201 } else { 403 }, "{headers:?}");
        // A read changes nothing; that its answer is not seen by others is what browsers see to.
        client.get("/api/albums").await?.expect(200)?;
        let socket = Socket::open_at(&here, PATH, &[&headers[..], &[("cookie", cookie(&browser))]].concat()).await;
        assert_eq!(socket.is_ok(), passes, "{headers:?}");
        if let Err(error) = socket {
            assert!(error.to_string().starts_with("HTTP/1.1 403"), "{error}");
        }
    }
    Ok(())
}

fn cookie(browser: &Client) -> &str {
    browser.headers()["cookie"].to_str().unwrap_or_default()
}

#[tokio::test]
async fn other_credentials_are_not_sent_by_browsers_on_their_own() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let admin = system.client().sign_up_admin().await?;
    let key = admin.create_api_key().await?;
    for client in [admin, system.client().with_api_key(&key)?] {
        let client = client.with_header("sec-fetch-site", "cross-site")?;
        client
            .post("/api/albums", &json!({"albumName": "x"}))
            .await?
            .expect(201)?;
    }
    Ok(())
}

#[tokio::test]
async fn the_address_of_the_settings_is_ours() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let browser = browser(&system).await?;
    let mut settings = browser.get_json("/api/system-config").await?;
    settings["server"]["externalDomain"] = json!("https://photos.example");
    browser.put("/api/system-config", &settings).await?.expect(200)?;
    let album = json!({"albumName": "x"});
    let page = browser.with_header("origin", "https://photos.example")?;
    wait_until("the settings are known", || async {
        Ok(page.post("/api/albums", &album).await?.status == 201)
    })
    .await?;
    let page = browser.with_header("origin", "https://photos.example.evil")?;
    page.post("/api/albums", &album).await?.expect(403)?;
    Ok(())
}

#[tokio::test]
async fn bodies_are_of_the_type_that_a_route_takes() -> Result<()> {
    let system = TestSystem::builder().start().await?;
    let browser = browser(&system).await?;
    let send = async |client: &Client, path: &str, content_type: &str, body: &str| {
        let request = client.request(Method::POST, path)?.header("content-type", content_type);
        Answer::of(request.body(body.to_owned())).await
    };
    let album = r#"{"albumName":"x"}"#;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
    ] {
        let answer = send(&browser, "/api/albums", content_type, album).await?.expect(415)?;
        assert_eq!(
            answer.json()?,
            json!({"message": "Content-Type must be application/json"})
        );
    }
    // Also where the body would not be read.
    send(&browser, "/api/auth/logout", "text/plain", "x")
        .await?
        .expect(415)?;
    send(&browser, "/api/assets", "text/plain", "x").await?.expect(415)?;
    send(&browser, "/api/albums", "application/json;charset=utf-8", album)
        .await?
        .expect(201)?;
    // A login by a form is one that a page of another site can send.
    let form = format!("email={ADMIN_EMAIL}&password={ADMIN_PASSWORD}").replace(' ', "+");
    let content_type = "application/x-www-form-urlencoded";
    send(&system.client(), "/api/auth/login", content_type, &form)
        .await?
        .expect(415)?;
    // Without a body the type means nothing.
    send(&browser, "/api/auth/logout", "text/plain", "")
        .await?
        .expect(200)?;
    Ok(())
}
