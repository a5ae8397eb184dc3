//! The folder of a web app as the root: files, pages, and what must not be seen.

use std::io::Write as _;
use std::net::TcpStream;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::Result;
use reqwest::Method;
use safelight_tests::system::{Kind, TestSystem};
use safelight_tests::{Answer, Client};

const INDEX: &str = "<!doctype html><title>The app</title>";
const SCRIPT: &str = "_app/immutable/entry/start.js";

/// A build in the layout of `SvelteKit`, as far as a server sees it, and a secret beside it.
fn build(folder: &Path) -> Result<PathBuf> {
    let www = folder.join("build/www");
    std::fs::create_dir_all(www.join("_app/immutable/entry"))?;
    for (name, content) in [
        ("index.html", INDEX.as_bytes()),
        (SCRIPT, &b"let a = 1;".repeat(500)),
        ("_app/immutable/entry/start.js.br", b"brotli"),
        ("_app/immutable/entry/start.js.gz", b"gzip"),
        ("_app/version.json", br#"{"version":"1"}"#),
        ("dark.svg", &b"<svg></svg>".repeat(200)),
        ("favicon.ico", b"icon"),
        (".env", b"hidden"),
        ("../secret", b"secret"),
    ] {
        std::fs::write(www.join(name), content)?;
    }
    symlink("../secret", www.join("link.txt"))?;
    Ok(www)
}

async fn system(name: &str, value: impl Fn(&Path) -> PathBuf) -> Result<TestSystem> {
    let system = TestSystem::builder().gateways(0).start().await?;
    let www = build(system.folder())?;
    let value = value(&www).display().to_string();
    system.start_with(Kind::ApiGateway, &[(name, &value)]).await?;
    Ok(system)
}

async fn get(client: &Client, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
    let mut client = client.clone();
    for (name, value) in headers {
        client = client.with_header(name, value)?;
    }
    client.get(path).await
}

#[tokio::test]
async fn files_are_sent_with_their_type_compressed_and_kept() -> Result<()> {
    let system = system("SAFELIGHT_WEB_ROOT", Path::to_owned).await?;
    let client = system.client();
    let fleet = client.get("/fleet").await?.expect(200)?;
    assert!(
        fleet.text().contains("/_safelight/main.js"),
        "the fleet is our own page"
    );
    let script = format!("/{SCRIPT}");
    let plain = client.get(&script).await?.expect(200)?;
    assert_eq!(plain.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(plain.header("vary"), "Accept-Encoding");
    assert_eq!(plain.header("x-correlation-id"), "");
    assert_eq!(plain.body.len(), 5000);
    for (accept, encoding, body) in [
        ("gzip, br", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("br;q=0", "", "let"),
    ] {
        let answer = get(&client, &script, &[("accept-encoding", accept)])
            .await?
            .expect(200)?;
        assert_eq!(answer.header("content-encoding"), encoding, "{accept}");
        assert!(answer.text().starts_with(body), "{accept}: {}", answer.text());
    }
    let part = get(
        &client,
        &script,
        &[("range", "bytes=4-6"), ("accept-encoding", "identity")],
    )
    .await?;
    assert_eq!((part.status, part.text().as_str()), (206, "a ="));
    // Nothing lies compressed beside it: it is compressed on the way, but not a part of it.
    let svg = get(&client, "/dark.svg", &[("accept-encoding", "br")])
        .await?
        .expect(200)?;
    assert_eq!(
        (svg.header("content-type"), svg.header("content-encoding")),
        ("image/svg+xml", "br")
    );
    let part = get(
        &client,
        "/dark.svg",
        &[("range", "bytes=0-1499"), ("accept-encoding", "br")],
    )
    .await?;
    assert_eq!(
        (part.status, part.body.len(), part.header("content-encoding")),
        (206, 1500, "")
    );

    let version = client.get("/_app/version.json").await?.expect(200)?;
    assert_eq!(version.header("cache-control"), "public, max-age=0, must-revalidate");
    let known = get(
        &client,
        "/_app/version.json",
        &[("if-none-match", version.header("etag"))],
    )
    .await?;
    assert_eq!((known.status, known.body.len()), (304, 0));
    let head = client.send(Method::HEAD, &script, None).await?.expect(200)?;
    assert_eq!((head.header("content-length"), head.body.len()), ("5000", 0));
    assert_eq!(
        client.get("/favicon.ico").await?.expect(200)?.header("content-type"),
        "image/x-icon"
    );
    Ok(())
}

#[tokio::test]
async fn every_other_path_is_the_page_except_those_of_the_api() -> Result<()> {
    let system = system("IMMICH_BUILD_DATA", |www| www.parent().unwrap().to_owned()).await?;
    let client = system.client();
    for (path, status) in [
        ("/", 200),
        ("/index.html", 200),
        ("/photos", 200),
        ("/photos/0f6d5b9e-0000-4000-8000-000000000000", 200),
        ("/admin/users?x=1", 200),
        ("/share/abc", 404),
        ("/share/abc/photos/1", 404),
        ("/s/slug", 404),
    ] {
        let page = client.get(path).await?.expect(status)?;
        assert_eq!(
            (page.text().as_str(), page.header("cache-control")),
            (INDEX, "no-store"),
            "{path}"
        );
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(page.header("etag").starts_with('"') && page.header("x-correlation-id").is_empty());
    }
    let unknown = client.get("/api/nope").await?.expect(404)?;
    assert_eq!(unknown.string("/message")?, "Cannot GET /api/nope");
    assert_eq!(unknown.header("x-correlation-id").len(), 8);
    let posted = client.post("/photos", &serde_json::json!({})).await?.expect(404)?;
    assert_eq!(posted.string("/message")?, "Cannot POST /photos");
    client
        .get("/_app/immutable/gone.js")
        .await?
        .expect(404)?
        .string("/message")?;
    assert_eq!(
        client.get("/custom.css").await?.expect(200)?.header("content-type"),
        "text/css; charset=utf-8"
    );
    client.get_json("/.well-known/immich").await?;
    client.get("/api/server/ping").await?.expect(200)?;
    let head = client.send(Method::HEAD, "/photos", None).await?.expect(200)?;
    assert_eq!(head.body.len(), 0);
    Ok(())
}

#[tokio::test]
async fn nothing_outside_of_the_root_is_seen() -> Result<()> {
    let system = system("SAFELIGHT_WEB_ROOT", Path::to_owned).await?;
    let gateway = system.service(Kind::ApiGateway, 0)?.url();
    let address = gateway.trim_start_matches("http://").to_owned();
    for path in [
        "/../secret",
        "/_app/../../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/.env",
        "/link.txt",
        "//etc/passwd",
    ] {
        // Written by hand: a client would tidy the path up.
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let address = address.clone();
        let answer = tokio::task::spawn_blocking(move || -> Result<String> {
            let mut stream = TcpStream::connect(address)?;
            stream.write_all(request.as_bytes())?;
            Ok(std::io::read_to_string(stream)?)
        });
        let answer = answer.await??;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        // A link out of the folder is no file, so the page answers.
        let expected = if path == "/link.txt" { "200" } else { "404" };
        assert_eq!(status, expected, "{path}: {answer}");
        assert!(
            !answer.contains("secret") && !answer.contains("hidden") && !answer.contains("root:"),
            "{path}: {answer}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_root_without_a_page_is_told_and_the_built_in_page_shown() -> Result<()> {
    let system = TestSystem::builder().gateways(0).start().await?;
    let empty = system.folder().join("empty");
    std::fs::create_dir(&empty)?;
    let empty = empty.display().to_string();
    let gateway = system
        .start_with(Kind::ApiGateway, &[("SAFELIGHT_WEB_ROOT", &empty)])
        .await?;
    let page = system.client().get("/").await?.expect(200)?;
    assert!(page.text().contains("Safelight"), "{}", page.text());
    let log = gateway.log_tail();
    assert!(log.contains("the web root cannot be served"), "{log}");
    Ok(())
}
