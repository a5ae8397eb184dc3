//! Deletions that are no longer told.

use safelight_core::db::feed::{self, Care};
use safelight_tests::{Kind, TestSystem, wait_until};

use super::late::{asset, person};
use super::mirror::Mirror;
use super::{database, program};

#[tokio::test]
async fn who_missed_deletions_reads_everything_anew() {
    let database = database().await.unwrap();
    let sql = database.connect().await.unwrap();
    let owner = person(&sql, "a@example.com").await;
    for name in ["one", "two", "three"] {
        sql.batch_execute(&asset(owner, name)).await.unwrap();
    }
    let mut sleeper = Mirror::new(program(&database).await.unwrap(), 10, &[owner]);
    let mut awake = Mirror::new(program(&database).await.unwrap(), 10, &[owner]);
    sleeper.follow().await.unwrap();
    sql.batch_execute("delete from asset where original_file_name = 'two'")
        .await
        .unwrap();
    awake.follow().await.unwrap();

    let mut conn = program(&database).await.unwrap();
    assert_eq!(feed::forget(&mut conn, 30.0).await.unwrap(), Care::Done);
    let left = "select count(*) from asset_audit";
    assert_eq!(
        sql.query_one(left, &[]).await.unwrap().get::<_, i64>(0),
        1,
        "it is not old enough"
    );
    // It is of January 2020.
    sql.batch_execute("update asset_audit set update_id = '016f5e66-e800-7000-8000-000000000000'")
        .await
        .unwrap();
    feed::forget(&mut conn, 30.0).await.unwrap();
    assert_eq!(sql.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);

    sql.batch_execute(&asset(owner, "four")).await.unwrap();
    for (reader, is_asleep) in [(&mut sleeper, true), (&mut awake, false)] {
        reader.follow().await.unwrap();
        reader.compare(&sql).await.unwrap();
        assert_eq!(reader.resets > 0, is_asleep);
    }
}

#[tokio::test]
async fn old_deletions_go_at_night() {
    let system = TestSystem::builder()
        .env("SAFELIGHT_AUDIT_DAYS", "5")
        .start()
        .await
        .unwrap();
    system.start(Kind::MetadataWorker).await.unwrap();
    let sql = system.sql().await.unwrap();
    let deletions = "insert into asset_audit (update_id, id, owner_id) \
        select (lpad(to_hex((extract(epoch from now() - days * interval '1 day') * 1000)::bigint), 12, '0') || '70008000' \
            || lpad(to_hex(number), 12, '0'))::uuid, gen_random_uuid(), gen_random_uuid() \
        from (values (4), (6)) age (days), generate_series(1, 2500) number";
    sql.batch_execute(deletions).await.unwrap();
    let order = "insert into job (id, queue, kind, payload, payload_version, class) \
        values (uuid_v7(), 'backgroundTask', 'AuditTableCleanup', '{}', 1, 0)";
    sql.batch_execute(order).await.unwrap();
    wait_until("the night is over", async || {
        let jobs = "select count(*) from job";
        Ok(sql.query_one(jobs, &[]).await?.get::<_, i64>(0) == 0)
    })
    .await
    .unwrap();
    let left = "select count(*), (select forgotten_xid > '0' from feed) from asset_audit";
    let row = sql.query_one(left, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, bool>(1)), (2500, true));
}
