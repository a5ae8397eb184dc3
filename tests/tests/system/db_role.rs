//! Workers under a role of Postgres that cannot read what is nobody's business.

use safelight_tests::client::NewUpload;
use safelight_tests::media::{film, jpeg, unique};
use safelight_tests::wait::PATIENCE;
use safelight_tests::{Kind, TestSystem, wait_until};
use serde_json::json;

/// What a worker must never be able to read, or do.
const FORBIDDEN: &[&str] = &[
    "select password from \"user\"",
    "select pin_code from \"user\"",
    "select * from \"user\"",
    "select token from session",
    "select * from session",
    "select count(*) from api_key",
    "insert into session (token, user_id) select 'x', id from \"user\"",
    "update \"user\" set password = 'x'",
    "update session set token = 'x'",
    "insert into api_key (key, name, user_id, permissions) select 'x', 'x', id, '{all}' from \"user\"",
    "select value from system_secret",
    "insert into system_secret (path, value) values ('oauth.clientSecret', 'x')",
    "insert into system_metadata (key, value) values ('system-config', '{}')",
    "insert into system_metadata (key, value) values ('schema', '{\"oldestBinary\": \"99999999000000\"}')",
    "update system_metadata set value = '{}'",
    "delete from system_metadata",
    "drop table job",
    "create table public.mine (n int)",
    "delete from __diesel_schema_migrations",
];

#[tokio::test]
async fn workers_do_all_their_work_under_a_role_without_secrets() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    // Roles belong to the whole server, which other tests share.
    let role = format!("worker-{}", unique());
    let arguments = ["db-role", "worker", "--name", &role, "--generate"];
    for _ in 0..2 {
        let made = system.cli(&arguments).await.unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        assert!(made.stdout.len() > 10, "the password is printed");
    }
    let url = system.database().url().replace("//postgres@", &format!("//{role}@"));
    let workers = [Kind::MetadataWorker, Kind::ThumbnailWorker, Kind::TranscodeWorker];
    for kind in workers {
        system.start_with(kind, &[("DB_URL", &url)]).await.unwrap();
    }

    admin.upload(&NewUpload::new("photo.jpg", jpeg())).await.unwrap();
    let clip = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=320x240:rate=10:duration=2",
        "-c:v",
        "mpeg4",
    ];
    let clip = film("clip.mov", &clip).unwrap();
    let video = admin.upload(&NewUpload::new("clip.mov", clip)).await.unwrap().id;
    system.queues_idle(&admin, PATIENCE).await.unwrap();
    let sql = system.sql().await.unwrap();
    let number = async |query: &str| sql.query_one(query, &[]).await.unwrap().get::<_, i64>(0);
    assert_eq!(
        number("select count(*) from asset where thumbhash is not null").await,
        2
    );
    assert_eq!(
        number("select count(*) from asset_file where type = 'encoded_video'").await,
        1
    );

    // What is done at night, and when an account goes.
    let person = admin
        .post(
            "/api/admin/users",
            &json!({ "email": "goes@example.com", "name": "Goes", "password": "password" }),
        )
        .await
        .unwrap()
        .expect(201)
        .unwrap()
        .json()
        .unwrap();
    let path = format!("/api/admin/users/{}", person["id"].as_str().unwrap());
    admin
        .delete(&path, Some(&json!({ "force": true })))
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    admin
        .delete("/api/assets", Some(&json!({ "ids": [video], "force": true })))
        .await
        .unwrap()
        .expect(204)
        .unwrap();
    sql.batch_execute(
        "insert into session (token, user_id, expires_at) select 'old', id, now() - interval '1 day' from \"user\" limit 1;
         update schedule set next_run = now() - interval '1 minute'",
    )
    .await
    .unwrap();
    wait_until("the night is over", async || {
        Ok(
            number("select count(*) from schedule where next_run < now()").await == 0
                && number("select count(*) from job").await == 0
                && number("select count(*) from session where token = 'old'").await == 0
                && number("select count(*) from \"user\"").await == 1
                && number("select count(*) from asset").await == 1,
        )
    })
    .await
    .unwrap();
    assert_eq!(number("select count(*) from job where state = 'parked'").await, 0);

    let (theirs, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    for statement in FORBIDDEN {
        let error = theirs.batch_execute(statement).await.unwrap_err();
        let refused = error.code() == Some(&tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE);
        let is_not_theirs = error.to_string().contains("must be owner");
        assert!(refused || is_not_theirs, "{statement}: {error:?}");
    }
    theirs
        .batch_execute("select id, email, name from \"user\"")
        .await
        .unwrap();
    connection.abort();
}

#[tokio::test]
async fn the_owner_of_the_database_is_never_made_a_worker() {
    let system = TestSystem::builder().start().await.unwrap();
    let refused = system
        .cli(&["db-role", "worker", "--name", "postgres", "--generate"])
        .await
        .unwrap();
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("choose another name"));
}
