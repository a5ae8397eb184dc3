//! Transactions that end late, in every order.

use safelight_core::db::feed;
use tokio_postgres::Client;
use uuid::Uuid;

use super::mirror::Mirror;
use super::{database, program};

pub(super) async fn person(sql: &Client, name: &str) -> Uuid {
    let made = "insert into \"user\" (email) values ($1) returning id::text";
    let row = sql.query_one(made, &[&name]).await.unwrap();
    row.get::<_, &str>(0).parse().unwrap()
}

/// A statement that adds an asset with its tags.
pub(super) fn asset(owner: Uuid, name: &str) -> String {
    format!(
        "with made as (insert into asset (owner_id, type, original_path, original_file_name, checksum, file_created_at, \
            file_modified_at, local_date_time) \
         values ('{owner}', 'IMAGE', '/{name}', '{name}', sha256(convert_to('{name}', 'UTF8')), now(), now(), now()) returning id) \
         insert into asset_exif (asset_id) select id from made"
    )
}

#[tokio::test]
async fn nobody_slips_behind_a_checkpoint() {
    let database = database().await.unwrap();
    let (early, other, late) = (
        database.connect().await.unwrap(),
        database.connect().await.unwrap(),
        database.connect().await.unwrap(),
    );
    let owner = person(&other, "a@example.com").await;
    let mut reader = Mirror::new(program(&database).await.unwrap(), 1, &[owner]);
    reader.follow().await.unwrap();
    reader.compare(&other).await.unwrap();

    // The first to write has the smallest ids and commits last; what others commit meanwhile waits for it.
    early
        .batch_execute(&format!("begin; {}", asset(owner, "early")))
        .await
        .unwrap();
    other.batch_execute(&asset(owner, "other")).await.unwrap();
    reader.follow().await.unwrap();
    assert_eq!(reader.count(feed::ASSET), 0, "a smaller key may still come");
    early.batch_execute("commit").await.unwrap();
    reader.follow().await.unwrap();
    assert_eq!(reader.count(feed::ASSET), 2);

    // One that gets its number early and writes what counts late, behind others that are read by then; and in a part of it
    // that has a number of its own.
    late.batch_execute("begin; select pg_current_xact_id()").await.unwrap();
    other.batch_execute(&asset(owner, "between")).await.unwrap();
    late.batch_execute(
        "savepoint s; update asset set is_favorite = true where original_file_name = 'early'; release s; savepoint t",
    )
    .await
    .unwrap();
    late.batch_execute(&asset(owner, "undone")).await.unwrap();
    late.batch_execute("rollback to t").await.unwrap();
    reader.follow().await.unwrap();
    assert_eq!(reader.count(feed::ASSET), 2);
    late.batch_execute("commit").await.unwrap();
    reader.follow().await.unwrap();
    reader.compare(&other).await.unwrap();
    assert_eq!(reader.count(feed::ASSET), 3);

    // One that comes to nothing.
    early
        .batch_execute(&format!("begin; {}", asset(owner, "nothing")))
        .await
        .unwrap();
    other
        .batch_execute("delete from asset where original_file_name = 'other'")
        .await
        .unwrap();
    reader.follow().await.unwrap();
    assert_eq!(reader.count(feed::ASSET), 3);
    early.batch_execute("rollback").await.unwrap();
    reader.follow().await.unwrap();
    reader.compare(&other).await.unwrap();
    assert_eq!(reader.count(feed::ASSET), 2);
}

#[tokio::test]
async fn what_goes_and_comes_again_is_there() {
    let database = database().await.unwrap();
    let sql = database.connect().await.unwrap();
    let owner = person(&sql, "a@example.com").await;
    let album = "insert into album (album_name) values ('A') returning id::text";
    let album: Uuid = sql
        .query_one(album, &[])
        .await
        .unwrap()
        .get::<_, &str>(0)
        .parse()
        .unwrap();
    sql.batch_execute(&asset(owner, "photo")).await.unwrap();
    let put = format!("insert into album_asset (album_id, asset_id) select '{album}', id from asset");
    let mut reader = Mirror::new(program(&database).await.unwrap(), 1, &[owner, album]);
    sql.batch_execute(&put).await.unwrap();
    reader.follow().await.unwrap();
    for between in [false, true] {
        sql.batch_execute("delete from album_asset").await.unwrap();
        if between {
            reader.follow().await.unwrap();
            reader.compare(&sql).await.unwrap();
        }
        sql.batch_execute(&put).await.unwrap();
        reader.follow().await.unwrap();
        reader.compare(&sql).await.unwrap();
    }
    // In one transaction, where both have one number.
    sql.batch_execute(&format!("begin; delete from album_asset; {put}; commit"))
        .await
        .unwrap();
    reader.follow().await.unwrap();
    reader.compare(&sql).await.unwrap();
    // An asset that goes takes its places along, and an album everything.
    sql.batch_execute("delete from asset").await.unwrap();
    reader.follow().await.unwrap();
    reader.compare(&sql).await.unwrap();
    let left = "select count(*) from album_asset_audit";
    assert_eq!(sql.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 4);
    sql.batch_execute(&format!("delete from album; delete from \"user\" where id = '{owner}'"))
        .await
        .unwrap();
    reader.follow().await.unwrap();
    reader.compare(&sql).await.unwrap();
}

#[tokio::test]
async fn rows_that_are_older_than_the_feed_are_read_page_by_page() {
    let database = database().await.unwrap();
    let sql = database.connect().await.unwrap();
    let owner = person(&sql, "a@example.com").await;
    // As the migration has left them: all of one transaction, without a name and without an owner.
    let older = "set session_replication_role = replica; \
        update asset set update_id = null, changed_xid = '3'; \
        update asset_exif set update_id = null, changed_xid = '3', owner_id = null; reset session_replication_role";
    for number in 0..7 {
        sql.batch_execute(&asset(owner, &format!("old-{number}")))
            .await
            .unwrap();
    }
    sql.batch_execute(older).await.unwrap();
    let mut reader = Mirror::new(program(&database).await.unwrap(), 2, &[owner]);
    reader.follow().await.unwrap();
    assert_eq!((reader.count(feed::ASSET), reader.count(feed::ASSET_EXIF)), (7, 0));
    let mut conn = program(&database).await.unwrap();
    let care = feed::care(&mut conn, std::time::Duration::from_secs(60)).await.unwrap();
    assert_eq!(care, feed::Care::Done);
    reader.follow().await.unwrap();
    reader.compare(&sql).await.unwrap();
    assert_eq!(reader.count(feed::ASSET_EXIF), 7);
}
