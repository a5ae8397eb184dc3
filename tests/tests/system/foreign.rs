//! What is not ours is never touched: databases and media folders of an Immich server, or of anybody else.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use safelight_tests::client::NewUpload;
use safelight_tests::servers::{Postgres, shared_postgres};
use safelight_tests::system::Place;
use safelight_tests::{Kind, TestSystem, binaries, media, wait_until};

/// Some of the tables an Immich server has, and how it keeps count of its migrations.
const FAKE_IMMICH: &str = "create table kysely_migrations (name varchar primary key, timestamp varchar);
    create table kysely_migration_lock (id varchar primary key, is_locked integer);
    create table \"user\" (id uuid primary key, email text);
    create table asset (id uuid primary key, \"ownerId\" uuid);
    insert into asset (id) values (gen_random_uuid())";

async fn database(server: &Postgres, name: &str, content: &str) -> tokio_postgres::Client {
    let admin = server.connect("postgres").await.unwrap();
    admin.batch_execute(&format!("create database {name}")).await.unwrap();
    let client = server.connect(name).await.unwrap();
    client.batch_execute(content).await.unwrap();
    client
}

/// Everything that a write could change: tables, columns, row counts.
async fn content(client: &tokio_postgres::Client) -> BTreeSet<String> {
    let columns = "select format('%s.%s.%s', table_schema, table_name, column_name) from information_schema.columns
        where table_schema not in ('pg_catalog', 'information_schema')";
    let rows = client.query(columns, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn migrate(url: String) -> Output {
    let mut command = Command::new(binaries::path("safelight").unwrap());
    command.arg("migrate").env("DB_URL", url);
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn a_database_of_immich_is_refused_untouched() {
    let server = shared_postgres().await.unwrap();
    let client = database(&server, "fake_immich", FAKE_IMMICH).await;
    let before = content(&client).await;
    let output = migrate(server.url("fake_immich")).await;
    assert!(!output.status.success());
    let text = complaint(&output);
    assert!(
        text.contains("belongs to an Immich server") && text.contains("createdb safelight"),
        "{text}"
    );
    assert_eq!(content(&client).await, before);
    let assets: i64 = client
        .query_one("select count(*) from asset", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(assets, 1);
}

#[tokio::test]
async fn a_database_of_anybody_else_is_refused_untouched() {
    let server = shared_postgres().await.unwrap();
    let client = database(
        &server,
        "fake_blog",
        "create table post (id int); create view newest as select * from post",
    )
    .await;
    let before = content(&client).await;
    let output = migrate(server.url("fake_blog")).await;
    let text = complaint(&output);
    assert!(
        !output.status.success() && text.contains("another program (tables newest, post)"),
        "{text}"
    );
    assert_eq!(content(&client).await, before);
}

#[tokio::test]
async fn two_migrators_at_once_do_it_once() {
    let server = shared_postgres().await.unwrap();
    let client = database(&server, "twice", "").await;
    let (one, two) = tokio::join!(migrate(server.url("twice")), migrate(server.url("twice")));
    assert!(
        one.status.success() && two.status.success(),
        "{} {}",
        complaint(&one),
        complaint(&two)
    );
    let applied = [&one, &two]
        .iter()
        .filter(|output| complaint(output).contains("was brought up to date"))
        .count();
    assert_eq!(applied, 1, "{} {}", complaint(&one), complaint(&two));
    client.query("select 1 from asset", &[]).await.unwrap();
}

#[tokio::test]
async fn a_database_that_lost_its_store_says_what_to_do() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let asset = admin
        .upload(&NewUpload::new("photo.jpg", media::jpeg()))
        .await
        .unwrap()
        .id;
    let gateway = system.service(Kind::ApiGateway, 0).unwrap();
    gateway.terminate().await.unwrap();
    let sql = system.sql().await.unwrap();
    sql.batch_execute("truncate system_metadata").await.unwrap();

    let place = Place::default();
    let refused = system.launch(Kind::ApiGateway, &[], &place).unwrap();
    wait_until("the gateway gives up", async || Ok(refused.exit_status()?.is_some()))
        .await
        .unwrap();
    assert!(!refused.exit_status().unwrap().unwrap().success());
    let log = refused.log();
    assert!(
        log.contains("IMMICH_IGNORE_MOUNT_CHECK_ERRORS=true") && log.contains("media-store"),
        "{log}"
    );
    let rows: i64 = sql
        .query_one("select count(*) from system_metadata where key = 'media-store'", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(rows, 0, "nothing is taken over by itself");

    let told = [("IMMICH_IGNORE_MOUNT_CHECK_ERRORS", "true")];
    let gateway = system.start_with(Kind::ApiGateway, &told).await.unwrap();
    let admin = admin.at(vec![gateway.url()]);
    admin
        .get(&format!("/api/assets/{asset}/original"))
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    gateway.terminate().await.unwrap();
    system.start(Kind::ApiGateway).await.unwrap();
}
