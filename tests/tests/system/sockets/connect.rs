//! How a socket begins, and how it is refused.

use reqwest::Method;
use safelight_tests::client::account::{ADMIN_EMAIL, ADMIN_PASSWORD};
use safelight_tests::socket::{PATH, Received, Socket};
use safelight_tests::{Answer, Client, TestSystem};
use serde_json::{Value, json};

/// Everything a client hears that opens a socket with these headers and enters, until the server is silent or closes.
async fn heard(base: &str, path: &str, headers: &[(&str, &str)]) -> Vec<Received> {
    let mut socket = Socket::open_at(base, path, headers).await.unwrap();
    let mut all = Vec::new();
    let opened = socket.next().await.unwrap();
    let Received::Text(opened) = opened else {
        panic!("{opened:?}")
    };
    let rules: Value = serde_json::from_str(opened.strip_prefix('0').unwrap()).unwrap();
    assert_eq!(rules["upgrades"], json!([]));
    assert_eq!(
        (&rules["pingInterval"], &rules["pingTimeout"]),
        (&json!(25_000), &json!(20_000))
    );
    assert!(rules["sid"].as_str().unwrap().len() > 20);
    socket.send("40").await.unwrap();
    // CONNECT of a namespace that is not there has an answer, so that the end of the first answer is known.
    socket.send("40/nowhere,").await.unwrap();
    loop {
        match socket.next().await.unwrap() {
            Received::Text(text) if text.starts_with("44/nowhere,") => return all,
            Received::Text(text) if text.starts_with("40{\"sid\":") => all.push(Received::Text("40".into())),
            Received::End => return all,
            other => all.push(other),
        }
    }
}

fn text(text: &str) -> Received {
    Received::Text(text.to_owned())
}

#[tokio::test]
async fn credentials_in_any_header_open_a_socket_and_bad_ones_are_told_on_it() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let login = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
    let token = system.client().post("/api/auth/login", &login).await.unwrap();
    let token = token.string("/accessToken").unwrap();
    let key = admin.create_api_key().await.unwrap();
    let base = admin.base().unwrap();

    let version = r#"42["on_server_version",{"major":3,"minor":0,"patch":1,"prerelease":null}]"#;
    let welcome = [text("40"), text(version)];
    let bearer = format!("Bearer {token}");
    let cookie = format!("immich_access_token={token}");
    for good in [
        ("authorization", bearer.as_str()),
        ("cookie", &cookie),
        ("x-immich-user-token", &token),
        ("x-immich-session-token", &token),
        ("x-api-key", &key),
    ] {
        assert_eq!(heard(base, PATH, &[good]).await, welcome, "{good:?}");
    }

    let refused = [
        text("40"),
        text(r#"42["error","unauthorized"]"#),
        text("41"),
        Received::Close(1000),
    ];
    let in_query = format!("{PATH}&apiKey={key}&sessionKey={token}");
    for (path, headers) in [
        (PATH, vec![("authorization", "Bearer bad")]),
        (PATH, vec![("x-api-key", "bad"), ("x-immich-share-key", "bad")]),
        (PATH, vec![]),
        (in_query.as_str(), vec![]),
    ] {
        assert_eq!(heard(base, path, &headers).await, refused, "{path} {headers:?}");
    }
    // The path without a slash at the end is the same.
    let no_slash = "/api/socket.io?EIO=4&transport=websocket";
    assert_eq!(heard(base, no_slash, &[("x-api-key", &key)]).await, welcome);
}

async fn plain(client: &Client, method: Method, query: &str) -> (u16, Value) {
    let path = format!("/api/socket.io/{query}");
    let answer: Answer = client.send(method, &path, None).await.unwrap();
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    for foreign in ["x-correlation-id", "x-powered-by", "etag", "vary"] {
        assert!(!answer.headers.contains_key(foreign), "{foreign}");
    }
    (answer.status, answer.json().unwrap())
}

#[tokio::test]
async fn what_is_no_websocket_is_refused_as_engine_io_does() {
    let system = TestSystem::builder().start().await.unwrap();
    let client = system.client();
    let error = |code: u8, message: &str| (400, json!({"code": code, "message": message}));
    for (method, query, answer) in [
        (Method::GET, "?EIO=4&transport=polling", error(0, "Transport unknown")),
        (Method::GET, "", error(0, "Transport unknown")),
        (Method::POST, "", error(0, "Transport unknown")),
        (
            Method::GET,
            "?EIO=4&transport=websocket&sid=abc",
            error(1, "Session ID unknown"),
        ),
        (
            Method::POST,
            "?EIO=4&transport=websocket",
            error(2, "Bad handshake method"),
        ),
        (Method::GET, "?EIO=4&transport=websocket", error(3, "Bad request")),
    ] {
        assert_eq!(plain(&client, method.clone(), query).await, answer, "{method} {query}");
    }
    let base = client.base().unwrap();
    for (query, words) in [
        ("EIO=3&transport=websocket", "Unsupported protocol version"),
        ("EIO=4&transport=polling", "Transport unknown"),
        ("EIO=4&transport=websocket&sid=abc", "Session ID unknown"),
    ] {
        let refused = Socket::open_at(base, &format!("/api/socket.io/?{query}"), &[]).await;
        let refused = refused.err().unwrap().to_string();
        assert!(
            refused.starts_with("HTTP/1.1 400 ") && refused.contains(words),
            "{refused}"
        );
    }
    let preflight = client.send(Method::OPTIONS, "/api/socket.io/", None).await.unwrap();
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn garbage_closes_its_own_socket_only() {
    let system = TestSystem::builder()
        .env("SAFELIGHT_SOCKET_FRAME_LIMIT", "1000")
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let mut good = Socket::of(&admin).await.unwrap();
    let text = 0x81;
    let fragment = 0x01;
    let binary = 0x82;
    let long = vec![b'a'; 1001];
    let half = [b"42[\"".as_slice(), &[b'a'; 600]].concat();
    // The head of a frame of 4 GiB, of which a little more than the limit comes.
    let huge = [
        &[0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        long.as_slice(),
        &[b'a'; 100],
    ]
    .concat();
    let raw = |bytes: &[u8]| (None, bytes.to_vec());
    let frame = |first: u8, payload: &[u8]| (Some(first), payload.to_vec());
    let cases = [
        ("no packet", vec![frame(text, b"hello")], 1002),
        ("no JSON", vec![frame(text, b"42{")], 1002),
        ("no text", vec![frame(text, &[0xff, 0xfe])], 1002),
        ("binary", vec![frame(binary, b"40")], 1002),
        ("unmasked", vec![raw(&[0x81, 1, b'3'])], 1002),
        ("reserved bits", vec![frame(0xf1, b"3")], 1002),
        ("an oversized frame", vec![frame(text, &long)], 1009),
        ("a frame that never ends", vec![raw(&huge)], 1009),
        (
            "an oversized message in parts",
            vec![frame(fragment, &half), frame(0x80, &half)],
            1009,
        ),
    ];
    for (what, sent, code) in cases {
        let mut socket = Socket::of(&admin).await.unwrap();
        for (first, bytes) in sent {
            match first {
                Some(first) => socket.send_frame(first, &bytes).await.unwrap(),
                None => socket.send_raw(&bytes).await.unwrap(),
            }
        }
        assert_eq!(socket.next().await.unwrap(), Received::Close(code), "{what}");
        assert_eq!(socket.next().await.unwrap(), Received::End, "{what}");
    }
    // What needs no answer is no garbage: events, a message in parts, a second CONNECT.
    for packet in ["42[\"hello\"]", "4217[\"x\",{}]", "40", "6"] {
        good.send(packet).await.unwrap();
    }
    good.send_in_parts("42[\"in", " parts\"]").await.unwrap();
    good.send("40/x,").await.unwrap();
    let answer = good.next().await.unwrap();
    assert_eq!(
        answer,
        Received::Text("44/x,{\"message\":\"Invalid namespace\"}".into())
    );
    // Leaving is answered by the end.
    good.send("41").await.unwrap();
    assert_eq!(good.next().await.unwrap(), Received::Close(1000));
}
