//! Who keeps what follows does not wait for others who do.

use safelight_tests::wait_until;
use tokio_postgres::Client as Sql;

use super::world::World;

/// The first assets of somebody, all of one month, in one album.
const TOGETHER: &str = "
update asset set local_date_time = '2020-05-05', visibility = 'timeline';
insert into album_asset (album_id, asset_id) select album.id, asset.id from album, asset where album_name = 'Album 1'";

async fn count(sql: &Sql, query: &str) -> i64 {
    sql.query_one(query, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn changes_of_one_month_of_an_album_go_on_beside_each_other() {
    let world = World::new().await;
    let (one, other) = (world.system.sql().await.unwrap(), world.system.sql().await.unwrap());
    one.batch_execute(TOGETHER).await.unwrap();
    let favorite = |asset: &str| format!("update asset set is_favorite = not is_favorite where id = '{asset}'");
    let assets = &world.assets[0];
    one.batch_execute(&format!("begin; {}", favorite(&assets[0])))
        .await
        .unwrap();
    // Whoever waited for the first one would be refused.
    other.batch_execute("set lock_timeout = '5s'").await.unwrap();
    other.batch_execute(&favorite(&assets[1])).await.unwrap();
    let more = format!(
        "insert into album_asset (album_id, asset_id)
         select album.id, asset.id from album, asset where album_name = 'Album 2' and asset.id <> '{}'",
        assets[0]
    );
    other.batch_execute(&more).await.unwrap();
    one.batch_execute("commit").await.unwrap();
    // What lies beside each other becomes one when somebody comes by.
    one.batch_execute(&favorite(&assets[0])).await.unwrap();
    one.batch_execute(&favorite(&assets[1])).await.unwrap();
    let several = "select count(*) from (select from album_month
        group by album_id, by_upload, month, owner_id, is_archived, is_favorite having count(*) > 1) several";
    assert_eq!(count(&one, several).await, 0);
}

#[tokio::test]
async fn who_deletes_an_album_and_who_changes_what_it_holds_come_one_after_the_other() {
    let world = World::new().await;
    let (one, other) = (world.system.sql().await.unwrap(), world.system.sql().await.unwrap());
    let asker = world.system.sql().await.unwrap();
    one.batch_execute(TOGETHER).await.unwrap();
    let assets = &world.assets[0];
    let hide = |asset: &str| format!("update asset set visibility = 'hidden' where id = '{asset}'");
    one.batch_execute(&format!("begin; {}", hide(&assets[5])))
        .await
        .unwrap();
    let deleting = tokio::spawn(async move {
        other
            .batch_execute("delete from album where album_name = 'Album 1'")
            .await
    });
    wait_until("the album waits", async || {
        let waiting =
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like 'delete from album %'";
        Ok(count(&asker, waiting).await == 1)
    })
    .await
    .unwrap();
    // In another order than that in which the rows of an album go: without a hold on the album one of the two would be refused.
    for asset in assets.iter().rev() {
        one.batch_execute(&hide(asset)).await.unwrap();
    }
    one.batch_execute("commit").await.unwrap();
    deleting.await.unwrap().unwrap();
    assert_eq!(
        count(
            &asker,
            "select count(*) from album_content join album on album.id = album_id"
        )
        .await,
        0
    );
    assert_eq!(count(&asker, "select count(*) from album_content").await, 0);
}
