//! The nightly tasks.

use safelight_tests::wait_until;

use super::House;

#[tokio::test]
async fn every_task_of_the_night_is_done_when_it_is_due() {
    let house = House::open(&[]).await.unwrap();
    let (old, old_path) = house.asset("old.jpg", b"123").await.unwrap();
    let (young, young_path) = house.asset("young.jpg", b"4567").await.unwrap();
    let (bare, _) = house.asset("bare.jpg", b"89").await.unwrap();
    house
        .sql
        .batch_execute(&format!(
            "update asset set status = 'trashed', deleted_at = now() - interval '31 days' where id = '{old}'; \
             update asset set status = 'trashed', deleted_at = now() - interval '29 days' where id = '{young}'; \
             insert into asset_job_status (asset_id) values ('{bare}'); \
             update \"user\" set quota_usage_in_bytes = 1000; \
             insert into session (token, user_id, expires_at) select '\\x01', id, now() - interval '1 minute' from \"user\"; \
             insert into session (token, user_id, updated_at) select '\\x02', id, now() - interval '91 days' from \"user\"; \
             insert into session (token, user_id) select '\\x03', id from \"user\""
        ))
        .await
        .unwrap();
    wait_until("the schedules are there", async || {
        Ok(house.text("select count(*)::text from schedule").await?.as_deref() == Some("3"))
    })
    .await
    .unwrap();
    // It is midnight.
    let due = "update schedule set next_run = now() - interval '1 second'";
    house.sql.batch_execute(due).await.unwrap();
    wait_until("the night is over", async || {
        Ok(house
            .text("select count(*)::text from schedule where next_run > now()")
            .await?
            .as_deref()
            == Some("3"))
    })
    .await
    .unwrap();
    house.done().await.unwrap();
    assert!(!old_path.exists() && young_path.exists());
    let sessions = house
        .text("select string_agg(encode(token, 'hex'), ' ') from session")
        .await
        .unwrap();
    assert_eq!(sessions.as_deref(), Some("03"));
    let wanted = house
        .text("select dedup_key from job where kind = 'AssetGenerateThumbnails'")
        .await
        .unwrap();
    assert_eq!(wanted, Some(bare.to_string()));
    // Deleting and counting may have met in any order; what a second count finds is exact.
    house
        .enqueue("backgroundTask", "UserSyncUsage", "", "{}", None)
        .await
        .unwrap();
    house.done().await.unwrap();
    let used = house
        .text("select quota_usage_in_bytes::text from \"user\"")
        .await
        .unwrap();
    assert_eq!(used.as_deref(), Some("6"));
}

#[tokio::test]
async fn the_library_is_looked_over_in_slices() {
    let house = House::open(&[]).await.unwrap();
    // More than two slices of assets, and more than two of old trash.
    house
        .sql
        .batch_execute(&format!(
            "insert into asset (id, owner_id, type, original_path, original_file_name, checksum, file_created_at, \
             file_modified_at, local_date_time, status, deleted_at) \
             select uuid_v7(), '{}', 'IMAGE', '/nowhere/' || n, n::text, decode(md5(n::text), 'hex'), now(), now(), now(), \
             case when n <= 700 then 'deleted' else 'active' end, case when n <= 700 then now() end \
             from generate_series(1, 11000) n; \
             insert into asset_job_status (asset_id) select id from asset",
            house.owner
        ))
        .await
        .unwrap();
    for kind in ["AssetGenerateThumbnailsQueueAll", "AssetEmptyTrash"] {
        house.enqueue("backgroundTask", kind, "", "{}", None).await.unwrap();
    }
    house.done().await.unwrap();
    let wanted = "select count(*)::text from job where kind = 'AssetGenerateThumbnails' and class = 2";
    assert_eq!(house.text(wanted).await.unwrap().as_deref(), Some("10300"));
    let left = "select count(*)::text from asset";
    assert_eq!(house.text(left).await.unwrap().as_deref(), Some("10300"));
    let steps = "select (sum(completed) - 700)::text from queue_completed where queue = 'backgroundTask'";
    // Of the library two slices with assets, the rest and what finds nothing; of the trash as many, of 250 each.
    let steps: i64 = house.text(steps).await.unwrap().unwrap().parse().unwrap();
    assert!(steps >= 8, "{steps} steps");
}
