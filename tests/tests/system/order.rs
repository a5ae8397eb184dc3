//! What waits longest is not what comes first: an upload goes before any run over the library.

use std::time::Instant;

use deadpool_redis::redis;
use safelight_tests::client::NewUpload;
use safelight_tests::{Kind, TestSystem, media, wait_until};
use serde_json::json;

/// The library: assets without files, of which a run over everything makes as many jobs.
const FILL: &str = "
insert into asset (owner_id, type, original_path, original_file_name, checksum, file_created_at, file_modified_at, local_date_time)
select u.id, 'IMAGE', '/x/' || n, n || '.jpg', int8send(n), now(), now(), now()
from \"user\" u, generate_series(1::bigint, 500000) n";

/// Notes when the pictures of an asset were begun, and how many jobs of the run waited then.
const WATCH: &str = "
create table watched (id text, class smallint, begun interval, waiting bigint);
create function watch() returns trigger language plpgsql as $$ begin
    insert into watched
    select new.dedup_key, new.class, clock_timestamp() - new.created_at,
           (select count(*) from (select from job where state = 'waiting' and class = 2 limit 400000) bulk);
    return null;
end $$;
create trigger watch after update of state on job for each row
when (new.kind = 'AssetGenerateThumbnails' and new.state = 'active' and new.class < 2) execute function watch()";

/// How long the pictures of an upload may wait for a free slot. One of several must keep it: the machine is busy with other
/// tests, too, which says nothing about the order.
const PROMISED: &str = "interval '2 seconds'";

#[tokio::test]
async fn an_upload_goes_before_half_a_million_jobs_of_a_run() {
    let system = TestSystem::builder()
        .own_redis()
        .workers(&[Kind::MetadataWorker])
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let sql = system.sql().await.unwrap();
    let begun = Instant::now();
    sql.batch_execute(FILL).await.unwrap();
    eprintln!("500,000 assets written in {:?}", begun.elapsed());
    sql.batch_execute(WATCH).await.unwrap();

    let begun = Instant::now();
    let start = json!({ "command": "start", "force": true });
    let answer = admin.put("/api/jobs/thumbnailGeneration", &start).await.unwrap();
    let queue = answer.expect(200).unwrap().json().unwrap();
    eprintln!("the run was started in {:?}", begun.elapsed());
    assert_eq!(queue["jobCounts"]["waiting"], json!(500_000));

    // The worker is at the run when the upload comes.
    system.start(Kind::ThumbnailWorker).await.unwrap();
    let active = "select count(*) from job where state = 'active' and class = 2";
    wait_until("the run is at work", async || {
        Ok(sql.query_one(active, &[]).await?.get::<_, i64>(0) > 0)
    })
    .await
    .unwrap();
    let mut in_time_at_all = false;
    for number in 0..3 {
        let photo = NewUpload::new(&format!("{number}.jpg"), media::jpeg());
        let asset = admin.upload(&photo).await.unwrap().id;
        let in_time = format!("select begun < {PROMISED}, waiting, begun::text from watched where id = $1");
        let seen = std::cell::RefCell::new((false, 0_i64, String::new()));
        wait_until("its pictures are begun", async || {
            let rows = sql.query(&in_time, &[&asset]).await?;
            let row = rows.first();
            if let Some(row) = row {
                *seen.borrow_mut() = (row.get(0), row.get(1), row.get(2));
            }
            Ok(row.is_some())
        })
        .await
        .unwrap();
        let (is_in_time, waiting, begun) = seen.into_inner();
        assert!(waiting >= 400_000, "{waiting} jobs of the run waited");
        eprintln!("its pictures were begun {begun} after they were asked for");
        in_time_at_all |= is_in_time;
    }
    assert!(in_time_at_all, "none was begun within {PROMISED}");

    let mut redis = system.redis().connect().await.unwrap();
    let info: String = redis::cmd("INFO").arg("memory").query_async(&mut redis).await.unwrap();
    let used = info.lines().find_map(|line| line.strip_prefix("used_memory:")).unwrap();
    let used: u64 = used.trim().parse().unwrap();
    assert!(used < 16 << 20, "Redis uses {used} bytes");
}
