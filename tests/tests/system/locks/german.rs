//! A server that speaks German: what an error means is told by its code.

use std::time::Duration;

use safelight_tests::client::NewUpload;
use safelight_tests::{Kind, TestSystem, media, wait_until};
use serde_json::json;
use tokio_postgres::Client;

/// How many connections of a service wait for a lock.
async fn waiting(sql: &Client, service: &str) -> i64 {
    let count = "select count(*) from pg_stat_activity where datname = current_database() and application_name = $1 \
        and wait_event_type = 'Lock'";
    sql.query_one(count, &[&service]).await.unwrap().get(0)
}

async fn until_it_waits(sql: &Client, service: &str) {
    wait_until("a connection waits for a lock", || async {
        Ok(waiting(sql, service).await > 0)
    })
    .await
    .unwrap();
}

async fn german() -> TestSystem {
    let system = TestSystem::builder().german().start().await.unwrap();
    let sql = system.sql().await.unwrap();
    let error = sql.batch_execute("select 1/0").await.unwrap_err();
    let said = error.as_db_error().unwrap().message();
    assert_eq!(said, "Division durch Null", "the server does not speak German");
    system
}

#[tokio::test]
async fn a_request_that_meets_a_deadlock_is_tried_again() {
    let system = german().await;
    let admin = system.client().sign_up_admin().await.unwrap();
    let mut ids = Vec::new();
    for name in ["a.jpg", "b.jpg"] {
        ids.push(admin.upload(&NewUpload::new(name, media::jpeg())).await.unwrap().id);
    }
    ids.sort_unstable();
    let (sql, other) = (system.sql().await.unwrap(), system.sql().await.unwrap());
    // The request, and not this, is to be the one that is ended.
    other.batch_execute("set deadlock_timeout = '1h'").await.unwrap();
    let hold = format!("begin; select from asset where id = '{}' for update", ids[1]);
    other.batch_execute(&hold).await.unwrap();
    let (client, body) = (admin.clone(), json!({"ids": ids, "description": "x"}));
    let request = tokio::spawn(async move { client.put("/api/assets", &body).await });
    until_it_waits(&sql, "safelight api-gateway").await;
    let close = format!("select from asset where id = '{}' for update", ids[0]);
    other.batch_execute(&close).await.unwrap();
    // Only the end of the request gave it to us.
    assert!(system.postgres().log().unwrap().contains("Verklemmung"));
    other.batch_execute("rollback").await.unwrap();
    request.await.unwrap().unwrap().expect(204).unwrap();
    let changed = "select count(*) from asset_exif where description = 'x'";
    assert_eq!(sql.query_one(changed, &[]).await.unwrap().get::<_, i64>(0), 2);
}

#[tokio::test]
async fn a_line_that_an_administrator_cuts_is_no_failure_of_the_job() {
    let system = german().await;
    let admin = system.client().sign_up_admin().await.unwrap();
    let asset = admin.upload(&NewUpload::new("a.jpg", media::jpeg())).await.unwrap().id;
    let (sql, other) = (system.sql().await.unwrap(), system.sql().await.unwrap());
    let hold = format!("begin; select from asset where id = '{asset}' for update");
    other.batch_execute(&hold).await.unwrap();
    system.start(Kind::MetadataWorker).await.unwrap();
    let service = "safelight metadata-worker";
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() \
        and application_name = $1 and wait_event_type = 'Lock'";
    // Oftener than a refusal is tried again.
    for _ in 0..5 {
        until_it_waits(&sql, service).await;
        sql.execute(cut, &[&service]).await.unwrap();
        wait_until("the line is cut", || async { Ok(waiting(&sql, service).await == 0) })
            .await
            .unwrap();
    }
    until_it_waits(&sql, service).await;
    let job = "select failures, history::text from job where kind = 'AssetExtractMetadata'";
    let job = sql.query_one(job, &[]).await.unwrap();
    assert_eq!((job.get::<_, i32>(0), job.get::<_, &str>(1)), (0, "[]"));
    other.batch_execute("rollback").await.unwrap();
    safelight_tests::wait_until_for(Duration::from_secs(60), "the job is done", || async {
        let left = "select count(*) from job where kind = 'AssetExtractMetadata'";
        Ok(sql.query_one(left, &[]).await?.get::<_, i64>(0) == 0)
    })
    .await
    .unwrap();
}
