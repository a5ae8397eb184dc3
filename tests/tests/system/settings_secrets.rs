//! The passwords of the settings stand where no worker looks.

use std::fmt::Write as _;

use deadpool_redis::redis::{AsyncCommands as _, Value as RedisValue, cmd};
use safelight_tests::client::NewUpload;
use safelight_tests::media::{jpeg, unique};
use safelight_tests::wait::PATIENCE;
use safelight_tests::{Client, Kind, TestSystem, binaries};
use serde_json::{Value, json};

const PASSWORD: &str = "/notifications/smtp/transport/password";
const CLIENT_SECRET: &str = "/oauth/clientSecret";

/// The settings with these two secrets.
async fn settings_with(admin: &Client, password: &str, secret: &str) -> Value {
    let mut config = admin.get_json("/api/system-config").await.unwrap();
    *config.pointer_mut(PASSWORD).unwrap() = json!(password);
    *config.pointer_mut(CLIENT_SECRET).unwrap() = json!(secret);
    config
}

async fn put(admin: &Client, config: &Value) -> Value {
    let answer = admin.put("/api/system-config", config).await.unwrap();
    answer.expect(200).unwrap().json().unwrap()
}

/// What the database keeps: the document, and the secrets by their paths.
async fn stored(system: &TestSystem) -> (Value, Value) {
    let query = "select (select value::text from system_metadata where key = 'system-config'),
                        (select coalesce(jsonb_object_agg(path, value), '{}')::text from system_secret)";
    let row = system.sql().await.unwrap().query_one(query, &[]).await.unwrap();
    let json = |index: usize| serde_json::from_str(row.get::<_, Option<&str>>(index).unwrap_or("null")).unwrap();
    (json(0), json(1))
}

/// All that is in Redis: streams, counters, values.
async fn everything_in_redis(system: &TestSystem) -> String {
    let mut redis = system.redis().connect().await.unwrap();
    let keys: Vec<String> = redis.keys("*").await.unwrap();
    let mut seen = String::new();
    for key in keys {
        let kind: String = cmd("type").arg(&key).query_async(&mut redis).await.unwrap();
        let value: RedisValue = match kind.as_str() {
            "stream" => {
                let mut range = cmd("xrange");
                range.arg(&key).arg("-").arg("+").query_async(&mut redis).await.unwrap()
            }
            "hash" => redis.hgetall(&key).await.unwrap(),
            "list" => redis.lrange(&key, 0, -1).await.unwrap(),
            "zset" => redis.zrange(&key, 0, -1).await.unwrap(),
            "set" => redis.smembers(&key).await.unwrap(),
            _ => redis.get(&key).await.unwrap(),
        };
        writeln!(seen, "{key} {value:?}").unwrap();
    }
    seen
}

#[tokio::test]
async fn no_worker_sees_a_secret_of_the_settings() {
    let system = TestSystem::builder().own_redis().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let role = format!("worker-{}", unique());
    let made = system
        .cli(&["db-role", "worker", "--name", &role, "--generate"])
        .await
        .unwrap();
    assert!(made.status.success());
    let url = system.database().url().replace("//postgres@", &format!("//{role}@"));
    for kind in [Kind::MetadataWorker, Kind::ThumbnailWorker] {
        system.start_with(kind, &[("DB_URL", &url)]).await.unwrap();
    }
    let secrets = ["swordfish-of-the-mail", "swordfish-of-the-provider"];
    let config = settings_with(&admin, secrets[0], secrets[1]).await;
    assert_eq!(put(&admin, &config).await, config);
    assert_eq!(admin.get_json("/api/system-config").await.unwrap(), config);
    admin.upload(&NewUpload::new("photo.jpg", jpeg())).await.unwrap();
    system.queues_idle(&admin, PATIENCE).await.unwrap();

    let (theirs, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut seen = everything_in_redis(&system).await;
    let tables = "select relname from pg_class where relkind in ('r', 'v') and relnamespace = 'public'::regnamespace
                  and has_any_column_privilege(oid, 'select')";
    let tables = theirs.query(tables, &[]).await.unwrap();
    assert!(tables.len() > 20, "the worker reads its tables");
    for table in &tables {
        let columns = "select string_agg(quote_ident(attname), ', ') from pg_attribute
                       where attrelid = quote_ident($1)::regclass and attnum > 0 and not attisdropped
                       and has_column_privilege(attrelid, attnum, 'select')";
        let table: &str = table.get(0);
        let columns: String = theirs.query_one(columns, &[&table]).await.unwrap().get(0);
        let rows = format!("select row({columns})::text from \"{table}\"");
        for row in theirs.query(&rows, &[]).await.unwrap() {
            seen.push_str(row.get(0));
        }
    }
    for row in theirs.query("select query from pg_stat_activity", &[]).await.unwrap() {
        seen.push_str(row.get::<_, Option<&str>>(0).unwrap_or_default());
    }
    connection.abort();
    for service in system.services() {
        seen.push_str(&service.log());
    }
    for secret in secrets {
        assert!(!seen.contains(secret), "{secret} is seen");
    }

    // Taking them away takes them away.
    put(&admin, &settings_with(&admin, "", "").await).await;
    assert_eq!(stored(&system).await.1, json!({}));
}

#[tokio::test]
async fn a_gateway_of_an_older_release_leaves_no_secret_in_the_document() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let sql = system.sql().await.unwrap();
    // What releases before the table of secrets write.
    let write = async |document: &Value| {
        let statement = "insert into system_metadata as stored (key, value) values ('system-config', $1::text::jsonb)
             on conflict (key) do update set value = excluded.value, version = stored.version + 1 returning version";
        let row = sql.query_one(statement, &[&document.to_string()]).await.unwrap();
        row.get::<_, i64>(0)
    };
    let old = json!({"trash": {"days": 5}, "notifications": {"smtp": {"transport": {"password": "swordfish", "host": "mx"}}}});
    let first = write(&old).await;
    let (document, secrets) = stored(&system).await;
    assert_eq!(
        document,
        json!({"trash": {"days": 5}, "notifications": {"smtp": {"transport": {"host": "mx"}}}})
    );
    assert_eq!(secrets, json!({"notifications.smtp.transport.password": "swordfish"}));
    let config = admin.get_json("/api/system-config").await.unwrap();
    assert_eq!(config.pointer(PASSWORD).unwrap(), "swordfish");

    // It shows an empty password, so a document without one says nothing about it.
    assert!(write(&json!({"trash": {"days": 6}})).await > first);
    let config = admin.get_json("/api/system-config").await.unwrap();
    assert_eq!(config.pointer(PASSWORD).unwrap(), "swordfish");
    assert_eq!(config.pointer("/trash/days").unwrap(), 6);
}

#[tokio::test]
async fn what_was_stored_before_is_moved() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let config = settings_with(&admin, "swordfish", "salmon").await;
    put(&admin, &config).await;
    let migration = binaries::repository().join("migrations/2026-11-29-000700_system_secret");
    let sql = system.sql().await.unwrap();
    for direction in ["down.sql", "up.sql"] {
        let text = std::fs::read_to_string(migration.join(direction)).unwrap();
        sql.batch_execute(&text).await.unwrap();
        if direction == "down.sql" {
            let query = "select value::text from system_metadata where key = 'system-config'";
            let row = sql.query_one(query, &[]).await.unwrap();
            let old: Value = serde_json::from_str(row.get(0)).unwrap();
            assert_eq!(old.pointer(PASSWORD).unwrap(), "swordfish");
            assert_eq!(old.pointer(CLIENT_SECRET).unwrap(), "salmon");
        }
    }
    let (document, secrets) = stored(&system).await;
    assert_eq!(
        (document.pointer(PASSWORD), document.pointer(CLIENT_SECRET)),
        (None, None)
    );
    assert_eq!(secrets.as_object().unwrap().len(), 2);
    assert_eq!(admin.get_json("/api/system-config").await.unwrap(), config);
}
