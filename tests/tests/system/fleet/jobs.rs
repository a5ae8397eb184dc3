//! Why a job does not run, and what becomes of those that were given up.

use safelight_tests::client::NewUpload;
use safelight_tests::{Client, Kind, TestSystem, media, wait_until};
use serde_json::{Value, json};

async fn jobs(admin: &Client, query: &str) -> Vec<Value> {
    let jobs = admin.get_json(&format!("/api/fleet/jobs?{query}")).await.unwrap();
    jobs.as_array().unwrap().clone()
}

/// The only job of the query, with everything known of it.
async fn detail(admin: &Client, query: &str) -> Value {
    let jobs = jobs(admin, query).await;
    assert_eq!(jobs.len(), 1, "{jobs:?}");
    let id = jobs[0]["id"].as_str().unwrap();
    admin.get_json(&format!("/api/fleet/jobs/{id}")).await.unwrap()
}

/// The codes of the reasons for which the only job of the query does not run.
async fn why(admin: &Client, query: &str) -> Vec<String> {
    let job = detail(admin, query).await;
    let reasons = job["waitsFor"].as_array().unwrap().iter();
    reasons
        .map(|reason| reason["code"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_job_says_what_it_waits_for() {
    let system = TestSystem::builder()
        .workers(&[Kind::MetadataWorker])
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    admin.upload(&NewUpload::new("one.jpg", media::jpeg())).await.unwrap();
    let thumbnails = "queue=thumbnailGeneration";
    wait_until("its thumbnail waits", async || {
        Ok(jobs(&admin, thumbnails).await.len() == 1)
    })
    .await
    .unwrap();
    assert_eq!(why(&admin, thumbnails).await, ["no-node"]);
    let pause = |is_paused: bool| json!({ "isPaused": is_paused });
    let queue = "/api/queues/thumbnailGeneration";
    admin.put(queue, &pause(true)).await.unwrap().expect(200).unwrap();
    assert_eq!(why(&admin, thumbnails).await, ["paused", "no-node"]);

    let sql = system.sql().await.unwrap();
    let worker = system.start(Kind::ThumbnailWorker).await.unwrap();
    wait_until("the worker has told what it serves", async || {
        Ok(why(&admin, thumbnails).await == ["paused"])
    })
    .await
    .unwrap();
    sql.batch_execute("update job set requires = '{decode.unheard-of}'")
        .await
        .unwrap();
    assert_eq!(why(&admin, thumbnails).await, ["paused", "no-capable-node"]);
    sql.batch_execute("update job set requires = '{}', run_at = now() + interval '1 hour', state = 'delayed'")
        .await
        .unwrap();
    assert_eq!(why(&admin, thumbnails).await, ["delayed", "paused"]);
    sql.batch_execute("update job set failures = 1, history = '[{\"what\": \"failed\", \"reason\": \"a bad day\"}]'")
        .await
        .unwrap();
    let job = detail(&admin, thumbnails).await;
    assert_eq!(job["waitsFor"][0]["code"], "retry");
    assert!(job["waitsFor"][0]["message"].as_str().unwrap().contains("a bad day"));
    assert_eq!(
        (job["class"].as_str(), job["source"].as_str()),
        (Some("normal"), Some("upload"))
    );

    sql.batch_execute("update job set run_at = now(), state = 'waiting'")
        .await
        .unwrap();
    admin.put(queue, &pause(false)).await.unwrap().expect(200).unwrap();
    wait_until("it is done", async || Ok(jobs(&admin, thumbnails).await.is_empty()))
        .await
        .unwrap();
    let id = job["id"].as_str().unwrap();
    let gone = admin.get(&format!("/api/fleet/jobs/{id}")).await.unwrap();
    assert_eq!(gone.status, 404);
    worker.terminate().await.unwrap();
}

/// A system with photos of which no picture can be made.
async fn with_damaged(count: usize) -> (TestSystem, Client) {
    let system = TestSystem::builder()
        .photo_workers()
        .env("SAFELIGHT_RETRY_DELAY", "50ms")
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    for number in 0..count {
        let mut photo = NewUpload::new(&format!("{number}.jpg"), media::jpeg());
        // What is left may be the same in all; its last bytes are not.
        photo.bytes = [&photo.bytes[..photo.bytes.len() / 3], number.to_string().as_bytes()]
            .concat()
            .into();
        admin.upload(&photo).await.unwrap();
    }
    wait_until("all are given up", async || {
        Ok(jobs(&admin, "state=parked&queue=thumbnailGeneration").await.len() == count)
    })
    .await
    .unwrap();
    (system, admin)
}

#[tokio::test]
async fn what_was_given_up_is_retried_or_dropped_one_by_one_or_by_queue() {
    let (system, admin) = with_damaged(3).await;
    let parked = jobs(&admin, "state=parked").await;
    assert!(parked[0]["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
    let path = |index: usize, end: &str| format!("/api/fleet/jobs/{}{end}", parked[index]["id"].as_str().unwrap());
    assert_eq!(why(&admin, "state=parked&limit=1").await, ["parked"]);

    admin.delete(&path(0, ""), None).await.unwrap().expect(204).unwrap();
    assert_eq!(admin.delete(&path(0, ""), None).await.unwrap().status, 404);
    assert_eq!(jobs(&admin, "state=parked").await.len(), 2);

    // Retried alone, it fails again, and its history tells of both lives.
    admin
        .post(&path(1, "/retry"), &json!({}))
        .await
        .unwrap()
        .expect(204)
        .unwrap();
    wait_until("it is given up again", async || {
        let job = admin.get_json(&path(1, "")).await?;
        let retried = job["history"]
            .as_array()
            .unwrap()
            .iter()
            .any(|line| line["what"] == "retried by an admin");
        Ok(job["state"] == "parked" && retried)
    })
    .await
    .unwrap();
    // With more than one line of history, the last reason is told everywhere.
    let reason = parked[1]["reason"].as_str().unwrap();
    let (again, list) = (
        admin.get_json(&path(1, "")).await.unwrap(),
        jobs(&admin, "state=parked").await,
    );
    let listed = list.iter().find(|job| job["id"] == parked[1]["id"]).unwrap();
    assert_eq!((&again["reason"], &listed["reason"]), (&json!(reason), &json!(reason)));
    let told = again["waitsFor"][0]["message"].as_str().unwrap();
    assert!(told.contains(reason), "{told}");

    // Once what was wrong is mended, the whole queue is tried again.
    let sql = system.sql().await.unwrap();
    for row in sql.query("select original_path from asset", &[]).await.unwrap() {
        std::fs::write(row.get::<_, String>(0), media::jpeg()).unwrap();
    }
    let retry = admin
        .post("/api/fleet/queues/thumbnailGeneration/parked/retry", &json!({}))
        .await
        .unwrap();
    assert_eq!(retry.expect(200).unwrap().json().unwrap(), json!({ "jobs": 2 }));
    wait_until("both are done", async || Ok(jobs(&admin, "").await.is_empty()))
        .await
        .unwrap();
    let drop = admin
        .delete("/api/fleet/queues/thumbnailGeneration/parked", None)
        .await
        .unwrap();
    assert_eq!(drop.expect(200).unwrap().json().unwrap(), json!({ "jobs": 0 }));
}

#[tokio::test]
async fn a_retry_is_folded_into_the_same_work_that_waits() {
    let (system, admin) = with_damaged(1).await;
    let pause = json!({ "isPaused": true });
    admin
        .put("/api/queues/thumbnailGeneration", &pause)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let asset = jobs(&admin, "state=parked").await[0]["subject"]
        .as_str()
        .unwrap()
        .to_owned();
    let again = json!({ "assetIds": [asset], "name": "regenerate-thumbnail" });
    admin
        .post("/api/assets/jobs", &again)
        .await
        .unwrap()
        .expect(204)
        .unwrap();
    assert_eq!(jobs(&admin, "queue=thumbnailGeneration").await.len(), 2);
    let retry = admin
        .post("/api/fleet/queues/thumbnailGeneration/parked/retry", &json!({}))
        .await
        .unwrap();
    assert_eq!(retry.expect(200).unwrap().json().unwrap(), json!({ "jobs": 1 }));
    let left = detail(&admin, "queue=thumbnailGeneration").await;
    assert_eq!(
        (left["state"].as_str(), left["source"].as_str()),
        (Some("waiting"), Some("upload"))
    );
    let sql = system.sql().await.unwrap();
    sql.batch_execute("delete from job").await.unwrap();
}

#[tokio::test]
async fn only_admins_see_jobs_and_bad_questions_are_refused() {
    let (_system, admin) = with_damaged(1).await;
    let id = jobs(&admin, "").await[0]["id"].as_str().unwrap().to_owned();
    let body = json!({ "email": "b@example.com", "password": "password", "name": "b" });
    admin
        .post("/api/admin/users", &body)
        .await
        .unwrap()
        .expect(201)
        .unwrap();
    let other = admin.log_in("b@example.com", "password").await.unwrap();
    for path in ["/api/fleet/jobs", "/api/fleet/nodes", "/api/fleet/queues"] {
        assert_eq!(other.get(path).await.unwrap().status, 403, "{path}");
    }
    for query in ["state=sleeping", "queue=nothing", "limit=0", "limit=1001", "after=7"] {
        let answer = admin.get(&format!("/api/fleet/jobs?{query}")).await.unwrap();
        assert_eq!(answer.status, 400, "{query}");
    }
    for (path, status) in [("nothing", 400), ("00000000-0000-0000-0000-000000000000", 404)] {
        assert_eq!(
            admin.get(&format!("/api/fleet/jobs/{path}")).await.unwrap().status,
            status
        );
    }
    admin
        .post(&format!("/api/fleet/jobs/{id}/retry"), &json!({}))
        .await
        .unwrap()
        .expect(204)
        .unwrap();
}
