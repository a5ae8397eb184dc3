//! What a request says of many things is one statement for each table, however many there are.

use safelight_tests::{Client, TestSystem};
use serde_json::json;
use tokio_postgres::Client as Sql;
use uuid::Uuid;

const PEOPLE: usize = 400;
const ASSETS: usize = 2_000;

/// A system that counts statements, with its admin.
async fn counting() -> (TestSystem, Client, Sql) {
    let system = TestSystem::builder().counting().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let sql = system.sql().await.unwrap();
    sql.batch_execute("create extension if not exists pg_stat_statements")
        .await
        .unwrap();
    (system, admin, sql)
}

/// How many statements that write or lock one of these tables were sent since the last time.
async fn statements(sql: &Sql, pattern: &str) -> i64 {
    let calls = "select coalesce(sum(calls), 0)::bigint from pg_stat_statements s join pg_database d on d.oid = s.dbid \
        where d.datname = current_database() and query ~* $1";
    let calls = sql.query_one(calls, &[&pattern]).await.unwrap().get(0);
    sql.batch_execute("select pg_stat_statements_reset()").await.unwrap();
    calls
}

async fn rows(sql: &Sql, table: &str) -> usize {
    let count = format!("select count(*) from {table}");
    let rows: i64 = sql.query_one(&count, &[]).await.unwrap().get(0);
    usize::try_from(rows).unwrap()
}

async fn people(sql: &Sql) -> Vec<String> {
    let insert = "insert into \"user\" (email, name) select n || '@example.com', n::text from generate_series(1, $1) n returning id::text";
    let rows = sql.query(insert, &[&i32::try_from(PEOPLE).unwrap()]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn assets(sql: &Sql) -> Vec<String> {
    let insert = "with made as (
            insert into asset (owner_id, type, original_path, original_file_name, checksum, file_created_at,
                file_modified_at, local_date_time)
            select u.id, 'IMAGE', '/nowhere/' || n, n || '.jpg', sha256(n::text::bytea), now(), now(), now()
            from generate_series(1, $1) n, \"user\" u where u.is_admin returning id)
        insert into asset_exif (asset_id) select id from made returning asset_id::text";
    let rows = sql.query(insert, &[&i32::try_from(ASSETS).unwrap()]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn an_album_is_shared_with_many_at_once() {
    let (_system, admin, sql) = counting().await;
    let people = people(&sql).await;
    let album = admin.post("/api/albums", &json!({"albumName": "All"})).await.unwrap();
    let path = format!("/api/albums/{}/users", album.string("/id").unwrap());
    let members: Vec<_> = people
        .iter()
        .map(|id| json!({"userId": id, "role": "viewer"}))
        .collect();
    statements(&sql, "").await;

    let shared = admin
        .put(&path, &json!({"albumUsers": members}))
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    assert_eq!(
        shared.json().unwrap()["albumUsers"].as_array().unwrap().len(),
        PEOPLE + 1
    );
    assert_eq!(statements(&sql, "insert into (album_user|notification)").await, 2);
    assert_eq!(rows(&sql, "notification").await, PEOPLE);

    // Whoever is a member keeps the role and is not told again; of two roles for one person the first counts.
    sql.batch_execute(
        "delete from album_user where role = 'viewer' and user_id = (select max(user_id::text)::uuid from album_user)",
    )
    .await
    .unwrap();
    let mut twice = members.clone();
    twice.extend(people.iter().map(|id| json!({"userId": id, "role": "editor"})));
    admin
        .put(&path, &json!({"albumUsers": twice}))
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    assert_eq!(rows(&sql, "album_user where role = 'editor'").await, 0);
    assert_eq!(rows(&sql, "album_user").await, PEOPLE + 1);

    // One who is unknown, and nobody is let in.
    let stranger = json!({"albumUsers": [{"userId": Uuid::new_v4()}]});
    let answer = admin.put(&path, &stranger).await.unwrap().expect(400).unwrap();
    assert_eq!(answer.string("/message").unwrap(), "Invalid user");
}

#[tokio::test]
async fn many_assets_are_changed_at_once() {
    let (_system, admin, sql) = counting().await;
    let ids = assets(&sql).await;
    statements(&sql, "").await;

    let change = json!({"ids": ids, "rating": 3, "isFavorite": true});
    admin.put("/api/assets", &change).await.unwrap().expect(204).unwrap();
    assert_eq!(statements(&sql, "insert into job").await, 1);
    assert_eq!(rows(&sql, "job where kind = 'SidecarWrite'").await, ASSETS);
    assert_eq!(rows(&sql, "asset_exif where rating = 3").await, ASSETS);

    // What is not in a sidecar is no reason to write one.
    sql.batch_execute("delete from job").await.unwrap();
    let change = json!({"ids": ids, "isFavorite": false});
    admin.put("/api/assets", &change).await.unwrap().expect(204).unwrap();
    assert_eq!(rows(&sql, "job").await, 0);

    statements(&sql, "").await;
    let jobs = json!({"assetIds": ids, "name": "regenerate-thumbnail"});
    admin
        .post("/api/assets/jobs", &jobs)
        .await
        .unwrap()
        .expect(204)
        .unwrap();
    assert_eq!(statements(&sql, "insert into job").await, 1);
    assert_eq!(rows(&sql, "job where force and class = 0").await, ASSETS);
}

#[tokio::test]
async fn many_assets_go_into_many_albums_up_to_a_limit() {
    let system = TestSystem::builder()
        .env("SAFELIGHT_ALBUM_ADDITIONS", "4000")
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let sql = system.sql().await.unwrap();
    let ids = assets(&sql).await;
    let mut albums = Vec::new();
    for name in ["a", "b", "c"] {
        let album = admin.post("/api/albums", &json!({"albumName": name})).await.unwrap();
        albums.push(album.string("/id").unwrap());
    }
    let too_many = json!({"albumIds": albums, "assetIds": ids});
    let answer = admin
        .put("/api/albums/assets", &too_many)
        .await
        .unwrap()
        .expect(400)
        .unwrap();
    assert!(answer.string("/message").unwrap().contains("4000"), "{}", answer.text());
    assert_eq!(rows(&sql, "album_asset").await, 0);
    let enough = json!({"albumIds": albums.get(..2), "assetIds": ids});
    admin
        .put("/api/albums/assets", &enough)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    assert_eq!(rows(&sql, "album_asset").await, 2 * ASSETS);
}
