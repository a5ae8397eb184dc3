//! A dump in another cluster, whose transactions have other numbers.

use std::time::Duration;

use safelight_core::db::feed::{self, Care};
use safelight_tests::servers::{Postgres, TestDatabase};
use safelight_tests::{TestSystem, wait_until};
use tokio_postgres::Client;

use super::late::{asset, person};
use super::mirror::Mirror;
use super::{database, program};

/// Uses up so many numbers of transactions.
fn use_up(numbers: u32) -> String {
    format!("do $$ begin for i in 1 .. {numbers} loop perform pg_current_xact_id(); commit; end loop; end $$")
}

async fn number(sql: &Client, query: &str) -> i64 {
    sql.query_one(query, &[]).await.unwrap().get(0)
}

const GENERATION: &str = "select generation from feed";
const OF_ELSEWHERE: &str = "select (select count(*) from asset where changed_xid >= pg_snapshot_xmax(pg_current_snapshot())) \
    + (select count(*) from asset_audit where changed_xid >= pg_snapshot_xmax(pg_current_snapshot()))";

#[tokio::test]
async fn a_restored_library_is_read_anew() {
    let old = database().await.unwrap();
    let sql = old.connect().await.unwrap();
    let owner = person(&sql, "a@example.com").await;
    sql.batch_execute(&use_up(5_000)).await.unwrap();
    for name in ["one", "two", "three"] {
        sql.batch_execute(&asset(owner, name)).await.unwrap();
    }
    sql.batch_execute("delete from asset where original_file_name = 'three'")
        .await
        .unwrap();
    let patience = Duration::from_secs(60);
    assert_eq!(
        feed::care(&mut program(&old).await.unwrap(), patience).await.unwrap(),
        Care::Done
    );
    let mut reader = Mirror::new(program(&old).await.unwrap(), 10, &[owner]);
    reader.follow().await.unwrap();
    let dump = old.dump().unwrap();
    let generation = number(&sql, GENERATION).await;

    // One cluster has used fewer numbers, the other more.
    for used in [0, 20_000] {
        let new = TestDatabase::restore_on(Postgres::start().await.unwrap(), &dump)
            .await
            .unwrap();
        let sql = new.connect().await.unwrap();
        sql.batch_execute(&use_up(used + 1)).await.unwrap();
        assert_eq!(number(&sql, OF_ELSEWHERE).await > 0, used == 0);
        sql.batch_execute(&asset(owner, "four")).await.unwrap();
        // The programs notice it by themselves.
        let system = TestSystem::builder()
            .database(new)
            .env("IMMICH_IGNORE_MOUNT_CHECK_ERRORS", "true")
            .start()
            .await
            .unwrap();
        wait_until("the feed is in order", async || {
            let settled = format!("select count(*) from feed where generation <> {generation} and not is_anew");
            Ok(number(&sql, &settled).await == 1)
        })
        .await
        .unwrap();
        assert_eq!(number(&sql, OF_ELSEWHERE).await, 0);
        let generation = number(&sql, GENERATION).await;
        let mut fresh = Mirror::new(program(system.database()).await.unwrap(), 1, &[owner]);
        fresh.follow().await.unwrap();
        fresh.compare(&sql).await.unwrap();
        assert_eq!(fresh.count(feed::ASSET), 3);
        reader.moves_to(program(system.database()).await.unwrap());
        let resets = reader.resets;
        reader.follow().await.unwrap();
        reader.compare(&sql).await.unwrap();
        assert!(reader.resets > resets, "its checkpoints are of the other cluster");
        assert_eq!(
            feed::care(&mut program(system.database()).await.unwrap(), patience)
                .await
                .unwrap(),
            Care::Done
        );
        assert_eq!(number(&sql, GENERATION).await, generation, "nothing has moved since");
    }
}

#[tokio::test]
async fn numbers_of_elsewhere_tell_by_themselves_where_they_are() {
    let old = database().await.unwrap();
    let sql = old.connect().await.unwrap();
    sql.batch_execute(&use_up(3_000)).await.unwrap();
    let owner = person(&sql, "a@example.com").await;
    sql.batch_execute(&asset(owner, "one")).await.unwrap();
    let new = TestDatabase::restore_on(Postgres::start().await.unwrap(), &old.dump().unwrap())
        .await
        .unwrap();
    let sql = new.connect().await.unwrap();
    // As where it may not be asked which cluster this is.
    sql.batch_execute("update feed set place = feed_place()").await.unwrap();
    let generation = number(&sql, GENERATION).await;
    assert!(number(&sql, OF_ELSEWHERE).await > 0);
    feed::care(&mut program(&new).await.unwrap(), Duration::from_secs(60))
        .await
        .unwrap();
    assert_eq!(number(&sql, OF_ELSEWHERE).await, 0);
    assert_ne!(number(&sql, GENERATION).await, generation);
    let mut reader = Mirror::new(program(&new).await.unwrap(), 10, &[owner]);
    reader.follow().await.unwrap();
    reader.compare(&sql).await.unwrap();
}
