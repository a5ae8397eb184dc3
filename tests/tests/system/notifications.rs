//! The bell: lists, marks, and whose they are.

use reqwest::Method;
use safelight_tests::client::account::{ADMIN_EMAIL, ADMIN_PASSWORD};
use safelight_tests::{Client, Kind, TestSystem, wait_until};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn create(admin: &Client, user: &str, title: &str) -> String {
    let body = json!({"userId": user, "title": title, "data": {"n": 1}});
    let answer = admin.post("/api/admin/notifications", &body).await.unwrap();
    answer.expect(201).unwrap().string("/id").unwrap()
}

async fn listed(client: &Client, query: &str) -> Vec<String> {
    let list = client.get(&format!("/api/notifications{query}")).await.unwrap();
    let list = list.expect(200).unwrap().json().unwrap();
    let ids = list.as_array().unwrap().iter();
    ids.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn notifications_are_their_owners_until_they_are_old() {
    let system = TestSystem::builder()
        .workers(&[Kind::MetadataWorker])
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let me = admin.get("/api/users/me").await.unwrap().string("/id").unwrap();
    let sql = system.sql().await.unwrap();
    let other = system.person("other").await.unwrap();
    let second = system.client().log_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.unwrap();

    let (one, two) = (create(&admin, &me, "One").await, create(&admin, &me, "Two").await);
    assert_eq!(listed(&second, "").await, [two.clone(), one.clone()]);
    assert_eq!(listed(&admin, "?level=info&type=Custom").await.len(), 2);
    assert_eq!(
        listed(&admin, &format!("?id={one}&unread=true")).await,
        std::slice::from_ref(&one)
    );
    assert_eq!(listed(&other, "").await, [""; 0]);
    let path = format!("/api/notifications/{one}");
    let found = admin.get_json(&path).await.unwrap();
    assert_eq!((&found["title"], &found["data"]), (&json!("One"), &json!({"n": 1})));

    // Another's is as if it were not there, also among one's own.
    let refused = |permission: &str| json!({"message": format!("Not found or no notification.{permission} access")});
    let read_at = "2026-01-01T00:00:00.000Z";
    let mark = json!({"readAt": read_at});
    let many = json!({"ids": [one, two], "readAt": read_at});
    for (method, at, body, permission) in [
        (Method::GET, path.as_str(), None, "read"),
        (Method::PUT, &path, Some(&mark), "update"),
        (Method::DELETE, &path, None, "delete"),
        (Method::PUT, "/api/notifications", Some(&many), "update"),
        (Method::DELETE, "/api/notifications", Some(&many), "delete"),
    ] {
        let answer = other.send(method, at, body).await.unwrap().expect(400).unwrap();
        assert_eq!(answer.json().unwrap(), refused(permission));
    }
    let missing = json!({"userId": one, "title": "Nobody"});
    let answer = admin.post("/api/admin/notifications", &missing).await.unwrap();
    assert_eq!(
        answer.expect(400).unwrap().string("/message").unwrap(),
        "User not found"
    );

    let marked = admin.put(&path, &mark).await.unwrap().expect(200).unwrap();
    assert_eq!(marked.string("/readAt").unwrap(), read_at);
    assert_eq!(listed(&admin, "?unread=true").await, std::slice::from_ref(&two));
    assert_eq!(listed(&admin, "?unread=false").await, std::slice::from_ref(&one));
    let unmark = admin
        .put(&path, &json!({"readAt": null}))
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    assert_eq!(unmark.json().unwrap().get("readAt"), None);
    admin.put(&path, &json!({})).await.unwrap().expect(400).unwrap();
    admin.delete(&path, None).await.unwrap().expect(204).unwrap();
    admin.get(&path).await.unwrap().expect(400).unwrap();

    // By night the old ones go: read a month ago, or unread for three.
    sql.batch_execute(&format!(
        "insert into notification (user_id, level, type, title, read_at, created_at)
         select '{me}', 'info', 'Custom', title, now() - read * interval '1 day', now() - made * interval '1 day'
         from (values ('read long ago', 31, 40), ('read lately', 29, 40), ('unread', null, 89), ('never read', null, 91))
              as old (title, read, made);
         update schedule set next_run = now() where name = 'nightly.database-cleanup'"
    ))
    .await
    .unwrap();
    wait_until("the old ones have gone", || async {
        let rows = sql.query("select title from notification order by title", &[]).await?;
        let titles: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        Ok(titles == ["Two", "read lately", "unread"])
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn mail_is_tried_honestly() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let greeting = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"220 mail ESMTP\r\n").await.unwrap();
        let mut told = [0; 4];
        stream.read_exact(&mut told).await.unwrap();
        assert_eq!(&told, b"EHLO");
        stream.write_all(b"250 mail\r\n").await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.unwrap();
    };
    let transport =
        json!({"host": "127.0.0.1", "port": port, "username": "", "password": "", "ignoreCert": true, "secure": false});
    let settings = json!({"enabled": true, "from": "a@example.com", "replyTo": "", "transport": transport});
    let (tried, ()) = tokio::join!(admin.post("/api/admin/notifications/test-email", &settings), greeting);
    let tried = tried.unwrap().expect(501).unwrap();
    assert!(tried.string("/message").unwrap().contains("sends no mail"));

    let preview = async |name: &str, template: &str| -> Value {
        let path = format!("/api/admin/notifications/templates/{name}");
        let answer = admin.post(&path, &json!({"template": template})).await.unwrap();
        json!([answer.status, answer.json().unwrap()])
    };
    let own = preview("welcome", "Hi {displayName}").await;
    assert_eq!((&own[0], &own[1]["name"]), (&json!(200), &json!("welcome")));
    assert!(own[1]["html"].as_str().unwrap().contains("<p>Hi Jane Doe</p>"));
    assert!(
        preview("album-invite", "").await[1]["html"]
            .as_str()
            .unwrap()
            .contains("Favorite Photos")
    );
    assert_eq!(preview("nothing", "").await[0], 400);
}
