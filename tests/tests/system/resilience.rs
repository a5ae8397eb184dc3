//! Any worker killed at any moment, Redis flushed or restarted, Postgres restarted: everything completes by itself.

use std::collections::HashSet;
use std::time::Duration;

use safelight_tests::client::NewUpload;
use safelight_tests::system::{descendants, is_alive};
use safelight_tests::wait::PATIENCE;
use safelight_tests::{Client, Kind, TestSystem, media, wait_until, wait_until_for};

/// Files of one run: more than fit into any prefetch, so that the blow falls while some wait, some run and some are done.
const FILES: usize = 42;

/// How long the work may take after a blow: two leases and the work itself on a busy machine.
const RECOVERY: Duration = Duration::from_secs(180);

/// Uploads [`FILES`] photos, four at a time; after a third of them `blow` falls. Uploads that the blow cuts are repeated, as
/// a client does. Then waits until every photo has its pictures.
async fn upload_through(system: &TestSystem, blow: impl AsyncFnOnce()) {
    let admin = system.client().sign_up_admin().await.unwrap();
    let files: Vec<NewUpload> = (0..FILES).map(photo).collect();
    let (first, rest) = files.split_at(FILES / 3);
    let mut ids = upload_all(&admin, first).await;
    let (more, ()) = tokio::join!(upload_all(&admin, rest), blow());
    ids.extend(more);
    assert_eq!(ids.len(), FILES, "every file is one asset");
    finished(system, &admin).await;
}

fn photo(number: usize) -> NewUpload {
    match number % 3 {
        0 => NewUpload::new(&format!("{number}.jpg"), media::jpeg_sized(1600, 1200)),
        1 => NewUpload::new(&format!("{number}.png"), media::png()),
        _ => NewUpload::new(&format!("{number}.webp"), media::webp()),
    }
}

async fn upload_all(client: &Client, files: &[NewUpload]) -> HashSet<String> {
    let mut ids = HashSet::new();
    for some in files.chunks(4) {
        for id in futures_util::future::join_all(some.iter().map(|file| upload(client, file))).await {
            ids.insert(id);
        }
    }
    ids
}

/// Uploads one file, as often as it takes: a client repeats what was cut or answered with an error of the server.
async fn upload(client: &Client, file: &NewUpload) -> String {
    let id = std::cell::RefCell::new(String::new());
    wait_until_for(RECOVERY, "the file is uploaded", || async {
        *id.borrow_mut() = client.upload(file).await?.id;
        Ok(true)
    })
    .await
    .unwrap();
    id.into_inner()
}

/// Waits until all is done, and checks what is there: pictures of each asset, nothing parked, nothing left over.
async fn finished(system: &TestSystem, admin: &Client) {
    let sql = system.sql().await.unwrap();
    let counts = "select (select count(*) from asset), \
        (select count(distinct asset_id) from asset_file where type = 'preview'), \
        (select count(distinct asset_id) from asset_file where type = 'thumbnail'), \
        (select count(*) from asset where thumbhash is not null), (select count(*) from job)";
    let done = wait_until_for(RECOVERY, "every photo has its pictures and no job is left", || async {
        let row = sql.query_one(counts, &[]).await?;
        let counts: Vec<i64> = (0..5).map(|column| row.get(column)).collect();
        let files = i64::try_from(FILES)?;
        anyhow::ensure!(
            counts == [files, files, files, files, 0],
            "assets, previews, thumbnails, hashes, jobs: {counts:?}"
        );
        Ok(true)
    });
    done.await.unwrap();
    system.queues_idle(admin, PATIENCE).await.unwrap();
    // What the rows name is there.
    for row in sql
        .query(
            "select path from asset_file union all select original_path from asset",
            &[],
        )
        .await
        .unwrap()
    {
        let path: String = row.get(0);
        assert!(std::fs::metadata(&path).is_ok_and(|file| file.len() > 0), "{path}");
    }
    let announced = wait_until("no file is announced any more", || async {
        let row = sql.query_one("select count(*) from file_intent", &[]).await?;
        Ok(row.get::<_, i64>(0) == 0)
    });
    announced.await.unwrap();
}

/// Kills a worker in the middle of its work, sees that no process of it is left, and starts it again.
async fn kill_at_work(system: &TestSystem, kind: Kind, queue: &str) {
    let worker = system.service(kind, 0).unwrap();
    let sql = system.sql().await.unwrap();
    wait_until("the worker is at work", || async {
        let active = "select count(*) from job where state = 'active' and queue = $1";
        Ok(sql.query_one(active, &[&queue]).await?.get::<_, i64>(0) > 0)
    })
    .await
    .unwrap();
    let children = descendants(worker.pid().unwrap());
    worker.kill().unwrap();
    wait_until_for(
        Duration::from_secs(2),
        "no child of the killed worker is alive",
        || async { Ok(!children.iter().any(is_alive)) },
    )
    .await
    .unwrap();
    worker.restart().await.unwrap();
}

#[tokio::test]
async fn killed_workers_lose_nothing() {
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    upload_through(&system, async || {
        kill_at_work(&system, Kind::MetadataWorker, "metadataExtraction").await;
        kill_at_work(&system, Kind::ThumbnailWorker, "thumbnailGeneration").await;
        kill_at_work(&system, Kind::ThumbnailWorker, "thumbnailGeneration").await;
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_never_comes_back_is_replaced_by_another() {
    let workers = [Kind::MetadataWorker, Kind::ThumbnailWorker, Kind::ThumbnailWorker];
    let system = TestSystem::builder().workers(&workers).start().await.unwrap();
    upload_through(&system, async || {
        let sql = system.sql().await.unwrap();
        wait_until("thumbnails are being made", || async {
            let active = "select count(*) from job where state = 'active' and queue = 'thumbnailGeneration'";
            Ok(sql.query_one(active, &[]).await?.get::<_, i64>(0) > 0)
        })
        .await
        .unwrap();
        system.service(Kind::ThumbnailWorker, 1).unwrap().kill().unwrap();
    })
    .await;
}

#[tokio::test]
async fn redis_flushed_or_gone_costs_no_job() {
    let system = TestSystem::builder().own_redis().photo_workers().start().await.unwrap();
    upload_through(&system, async || {
        system.redis().flush().await.unwrap();
        system.redis().stop().await.unwrap();
        // Browsing goes on while it is away, and so do the uploads beside this.
        let email = safelight_tests::client::account::ADMIN_EMAIL;
        let password = safelight_tests::client::account::ADMIN_PASSWORD;
        let client = system.client().log_in(email, password).await.unwrap();
        client.get("/api/timeline/buckets").await.unwrap().expect(200).unwrap();
        system.redis().run().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn postgres_restarted_loses_nothing() {
    let system = TestSystem::builder()
        .own_postgres()
        .photo_workers()
        .start()
        .await
        .unwrap();
    upload_through(&system, async || {
        system.postgres().stop().await.unwrap();
        system.postgres().run().await.unwrap();
    })
    .await;
}
