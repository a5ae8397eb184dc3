//! The page of the fleet in a real browser: `tests/clients/fleet-page.mjs` does what an administrator does, this side what happens
//! around.

use std::path::Path;

use safelight_tests::media;
use safelight_tests::process::Signal;
use safelight_tests::system::{Kind, TestSystem};

use crate::clients::clients;
use crate::page::{PROGRESS, Script, browser, publish};

/// A job that the thumbnail worker runs, as far as rows tell.
const JOB: &str = "
insert into job (id, queue, kind, dedup_key, payload, payload_version, class, state, run_at, lease, lease_until, owner,
    started_at, progress)
select '018f0000-0000-7000-8000-000000000001', 'videoConversion', 'AssetEncodeVideo', gen_random_uuid()::text, '{}', 1, 1,
    'active', now(), nextval('job_lease'), now() + interval '1 hour', boot, now(), 0.25
from node where service = 'thumbnail-worker'";

/// It has been silent for a little longer than a lease, with two jobs.
const UNHEARD: &str =
    "update node set heartbeat = now() - interval '11 seconds', running = 2 where service = 'metadata-worker'";

/// Half a minute of silence is long for a test: the row says that it has passed.
const NO_THUMBNAILS: &str =
    "update node set heartbeat = now() - interval '31 seconds' where service = 'thumbnail-worker'";
const SILENT: &str = "update node set heartbeat = now() - interval '31 seconds' where service = 'metadata-worker'";

fn write_files(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("waits.jpg"), media::jpeg_sized(640, 480)).unwrap();
    for (name, text) in [("broken.jpg", "this is no picture"), ("broken-too.jpg", "nor is this")] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

async fn happen(what: &str, system: &TestSystem) {
    let sql = system.sql().await.unwrap();
    match what {
        "job" => sql.batch_execute(JOB).await.unwrap(),
        "progress" => publish(system, PROGRESS).await,
        "silent" => {
            let worker = system.service(Kind::MetadataWorker, 0).unwrap();
            worker.signal(Signal::STOP).unwrap();
            sql.batch_execute(UNHEARD).await.unwrap();
        }
        "heard" => system
            .service(Kind::MetadataWorker, 0)
            .unwrap()
            .signal(Signal::CONT)
            .unwrap(),
        "no thumbnails" => {
            system.service(Kind::ThumbnailWorker, 0).unwrap().kill().unwrap();
            sql.batch_execute(NO_THUMBNAILS).await.unwrap();
        }
        "thumbnails again" => {
            system
                .service(Kind::ThumbnailWorker, 0)
                .unwrap()
                .restart()
                .await
                .unwrap();
        }
        "kill" => {
            system.service(Kind::MetadataWorker, 0).unwrap().kill().unwrap();
            sql.batch_execute(SILENT).await.unwrap();
        }
        "revive" => {
            system
                .service(Kind::MetadataWorker, 0)
                .unwrap()
                .restart()
                .await
                .unwrap();
        }
        _ => panic!("the script asks for {what}"),
    }
}

#[tokio::test]
async fn administrators_use_the_page_of_the_fleet_in_a_browser() {
    let (Some(clients), Some(browser)) = (clients(), browser()) else {
        return;
    };
    let system = TestSystem::builder()
        .photo_workers()
        .env("SAFELIGHT_RETRY_DELAY", "50ms")
        .start()
        .await
        .unwrap();
    // As through a proxy that nobody has named, of which the page is to tell.
    let forwarded = system.client().with_header("x-forwarded-for", "203.0.113.1").unwrap();
    forwarded.get("/api/server/ping").await.unwrap();
    let files = system.folder().join("files");
    write_files(&files);
    let mut script = Script::start("fleet-page.mjs", &system, &clients, &browser, &files);
    while let Some(what) = script.next().await {
        happen(&what, &system).await;
        script.done().await;
    }
}
