//! The queues of the admin page, with uploads and no worker that would take them.

use safelight_tests::client::NewUpload;
use safelight_tests::{Client, TestSystem, media};
use serde_json::{Value, json};

async fn with_uploads(count: usize) -> (TestSystem, Client) {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    for index in 0..count {
        let photo = NewUpload::new(&format!("{index}.jpg"), media::jpeg());
        assert!(admin.upload(&photo).await.unwrap().created);
    }
    (system, admin)
}

async fn command(admin: &Client, queue: &str, command: &str, force: bool) -> Value {
    let body = json!({"command": command, "force": force});
    admin
        .put(&format!("/api/jobs/{queue}"), &body)
        .await
        .unwrap()
        .expect(200)
        .unwrap()
        .json()
        .unwrap()
}

/// Waiting, paused, active.
fn counts(queue: &Value) -> (i64, i64, i64) {
    let count = |name: &str| queue["jobCounts"][name].as_i64().unwrap();
    (count("waiting"), count("paused"), count("active"))
}

#[tokio::test]
async fn an_upload_is_counted_before_its_answer_and_paused_where_the_queue_is() {
    let (_system, admin) = with_uploads(3).await;
    let all = admin.get_json("/api/jobs").await.unwrap();
    assert_eq!(all.as_object().unwrap().len(), 19);
    assert_eq!(counts(&all["metadataExtraction"]), (3, 0, 0));

    let paused = command(&admin, "metadataExtraction", "pause", false).await;
    assert_eq!(
        (paused["queueStatus"]["isPaused"].clone(), counts(&paused)),
        (json!(true), (0, 3, 0))
    );
    for status in ["paused", "waiting"] {
        let path = format!("/api/queues/metadataExtraction/jobs?status[]={status}");
        let jobs = admin.get_json(&path).await.unwrap();
        assert_eq!(jobs.as_array().unwrap().len(), 3);
        assert_eq!(jobs[0]["name"], "AssetExtractMetadata");
        assert_eq!(jobs[0]["data"]["source"], "upload");
    }
    admin
        .get("/api/queues/metadataExtraction/jobs?status=paused")
        .await
        .unwrap()
        .expect(400)
        .unwrap();

    let resumed = command(&admin, "metadataExtraction", "resume", false).await;
    assert_eq!(counts(&resumed), (3, 0, 0));
    let emptied = command(&admin, "metadataExtraction", "empty", false).await;
    assert_eq!(counts(&emptied), (0, 0, 0));
}

#[tokio::test]
async fn a_start_selects_what_is_missing_and_never_swallows_an_upload() {
    let (system, admin) = with_uploads(2).await;
    let sql = system.sql().await.unwrap();

    // Both wait already: the run merges into them and keeps their class and source.
    assert_eq!(
        counts(&command(&admin, "metadataExtraction", "start", false).await),
        (2, 0, 0)
    );
    let kept = sql
        .query("select 1 from job where class = 1 and source = 'upload'", &[])
        .await
        .unwrap();
    assert_eq!(kept.len(), 2);

    command(&admin, "metadataExtraction", "empty", false).await;
    assert_eq!(
        counts(&command(&admin, "metadataExtraction", "start", false).await),
        (2, 0, 0)
    );
    let bulk = sql
        .query("select 1 from job where class = 2 and source is null", &[])
        .await
        .unwrap();
    assert_eq!(bulk.len(), 2);

    assert_eq!(
        counts(&command(&admin, "thumbnailGeneration", "start", true).await),
        (2, 0, 0)
    );
    assert_eq!(counts(&command(&admin, "sidecar", "start", false).await), (2, 0, 0));
    assert_eq!(
        counts(&command(&admin, "videoConversion", "start", true).await),
        (0, 0, 0)
    );
}

#[tokio::test]
async fn nothing_is_queued_where_nobody_consumes() {
    let (system, admin) = with_uploads(1).await;
    for queue in [
        "smartSearch",
        "faceDetection",
        "facialRecognition",
        "duplicateDetection",
        "ocr",
    ] {
        assert_eq!(
            counts(&command(&admin, queue, "start", true).await),
            (0, 0, 0),
            "{queue}"
        );
    }
    for queue in [
        "backgroundTask",
        "search",
        "notifications",
        "workflow",
        "integrityCheck",
        "editor",
    ] {
        let body = json!({"command": "start", "force": false});
        let answer = admin
            .put(&format!("/api/jobs/{queue}"), &body)
            .await
            .unwrap()
            .expect(400)
            .unwrap();
        assert_eq!(answer.string("/message").unwrap(), format!("Invalid job name: {queue}"));
    }
    let kinds = system
        .sql()
        .await
        .unwrap()
        .query("select distinct kind from job", &[])
        .await
        .unwrap();
    assert_eq!(kinds.len(), 1);
    let refused = admin
        .put("/api/queues/backgroundTask", &json!({"isPaused": true}))
        .await
        .unwrap()
        .expect(400)
        .unwrap();
    assert_eq!(
        refused.string("/message").unwrap(),
        "The BackgroundTask queue cannot be paused"
    );
    let command_pauses = command(&admin, "backgroundTask", "pause", false).await;
    assert_eq!(command_pauses["queueStatus"]["isPaused"], json!(true));
}

/// Notes how many rows each statement brings.
const WATCH: &str = "
create table brought (jobs bigint);
create function brought() returns trigger language plpgsql as $$
begin
    insert into brought select count(*) from new_jobs;
    return null;
end $$;
create trigger brought after insert on job referencing new table as new_jobs for each statement execute function brought()";

#[tokio::test]
async fn a_start_goes_over_a_large_library_in_slices() {
    let (system, admin) = with_uploads(1).await;
    let sql = system.sql().await.unwrap();
    sql.batch_execute(WATCH).await.unwrap();
    let more = "insert into asset (owner_id, type, original_path, original_file_name, checksum, file_created_at,
            file_modified_at, local_date_time)
        select a.owner_id, a.type, a.original_path || n, a.original_file_name, decode(md5(n::text), 'hex'), a.file_created_at,
            a.file_modified_at, a.local_date_time
        from asset a, generate_series(1, 24999) n";
    assert_eq!(sql.execute(more, &[]).await.unwrap(), 24_999);
    command(&admin, "metadataExtraction", "start", true).await;
    let query =
        "select (select count(*) from job where kind = 'AssetExtractMetadata'), max(jobs), count(*) from brought";
    let row = sql.query_one(query, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 25_000);
    let (most, statements) = (row.get::<_, i64>(1), row.get::<_, i64>(2));
    assert!(most <= 10_000 && statements <= 10, "{most} in one of {statements}");
}

#[tokio::test]
async fn no_pictures_are_made_of_the_moving_part_of_a_locked_photo() {
    let (system, admin) = with_uploads(2).await;
    let sql = system.sql().await.unwrap();
    sql.batch_execute(
        "update asset set type = 'VIDEO', visibility = 'hidden' where original_file_name = '1.jpg';
         update asset set live_photo_video_id = (select id from asset where type = 'VIDEO') where type = 'IMAGE';
         update asset set visibility = 'locked' where type = 'IMAGE'",
    )
    .await
    .unwrap();
    let locked = sql
        .query_one("select count(*) from asset where visibility = 'locked'", &[])
        .await;
    assert_eq!(locked.unwrap().get::<_, i64>(0), 2, "the moving part follows its photo");
    let started = command(&admin, "thumbnailGeneration", "start", true).await;
    assert_eq!(counts(&started), (1, 0, 0));
}
