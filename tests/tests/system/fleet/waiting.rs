//! Waiting is told: silent workers, work that nobody does, photos without pictures.

use std::time::Duration;

use safelight_tests::client::NewUpload;
use safelight_tests::process::Signal;
use safelight_tests::scripted::Order;
use safelight_tests::{Client, Kind, TestSystem, media, wait_until};
use serde_json::{Value, json};

/// The sentences of the notices with the code `nobody`.
async fn nobody(admin: &Client) -> Vec<String> {
    let notices = admin.get_json("/api/fleet/notices").await.unwrap();
    let notices = notices.as_array().unwrap().iter();
    notices
        .filter(|notice| notice["code"] == "nobody")
        .map(|notice| notice["message"].as_str().unwrap().to_owned())
        .collect()
}

/// Why the asset has no pictures: code and sentence; nothing where there is no answer.
async fn why(client: &Client, asset: &str) -> Option<(String, String)> {
    let asked = json!({"assetIds": [asset]});
    let answer = client.post("/api/fleet/pictures", &asked).await.unwrap();
    let answers = answer.expect(200).unwrap().json().unwrap();
    let [why] = answers.as_array().unwrap().as_slice() else {
        assert_eq!(answers, json!([]));
        return None;
    };
    assert_eq!(why["id"], asset);
    let text = |name: &str| why[name].as_str().unwrap().to_owned();
    Some((text("code"), text("message")))
}

async fn code(client: &Client, asset: &str) -> Option<String> {
    why(client, asset).await.map(|(code, _)| code)
}

/// A JPEG that ends in the middle.
fn damaged() -> NewUpload {
    let mut photo = NewUpload::new("damaged.jpg", media::jpeg());
    photo.bytes = photo.bytes.slice(..photo.bytes.len() / 3);
    photo
}

#[tokio::test]
async fn work_that_nobody_does_is_told_by_its_kind() {
    let system = TestSystem::builder()
        .workers(&[Kind::MetadataWorker])
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    assert!(nobody(&admin).await.is_empty(), "nothing waits");
    let mut ids = Vec::new();
    for number in 0..3 {
        let photo = NewUpload::new(&format!("{number}.jpg"), media::jpeg());
        ids.push(admin.upload(&photo).await.unwrap().id);
    }
    wait_until("it is told", || async {
        Ok(nobody(&admin).await == ["Nobody makes thumbnails: 3 photos wait."])
    })
    .await
    .unwrap();
    let (told, message) = why(&admin, &ids[0]).await.unwrap();
    assert_eq!(told, "nobody");
    assert!(message.contains("Nobody makes thumbnails"), "{message}");

    system.start(Kind::ThumbnailWorker).await.unwrap();
    wait_until("all have their pictures", || async {
        Ok(code(&admin, &ids[0]).await.is_none() && nobody(&admin).await.is_empty())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_silent_worker_is_told_and_so_is_what_becomes_of_its_work() {
    let system = TestSystem::builder()
        .env("SAFELIGHT_LEASE", "2s")
        .workers(&[Kind::ScriptedWorker, Kind::ScriptedWorker])
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let sql = system.sql().await.unwrap();
    let order = serde_json::to_string(&Order::default().after(Duration::from_secs(600))).unwrap();
    let put = "insert into job (id, queue, kind, dedup_key, payload, payload_version, class) \
        values (uuid_v7(), 'migration', 'TestScript', 'long', ($1::text)::jsonb, 1, 1)";
    sql.execute(put, &[&order]).await.unwrap();
    let nodes = async || {
        let nodes = admin.get_json("/api/fleet/nodes").await.unwrap();
        let nodes = nodes.as_array().unwrap().iter();
        nodes
            .filter(|node| node["service"] == "scripted-worker")
            .cloned()
            .collect::<Vec<Value>>()
    };
    let of = async |host: &str| nodes().await.into_iter().find(|node| node["host"] == host).unwrap();

    let mut host = String::new();
    let busy = |node: &Value| node["running"] == 1 && node["held"] == 1;
    wait_until("one of them has it", || async { Ok(nodes().await.iter().any(busy)) })
        .await
        .unwrap();
    host.push_str(
        nodes().await.iter().find(|node| busy(node)).unwrap()["host"]
            .as_str()
            .unwrap(),
    );
    assert_eq!(of(&host).await["isSilent"], false);
    let index = usize::from(host.ends_with('1'));
    let worker = system.service(Kind::ScriptedWorker, index).unwrap();
    worker.signal(Signal::STOP).unwrap();
    wait_until("it is silent, and the other has its work", || async {
        let node = of(&host).await;
        let others = nodes().await.into_iter().filter(|other| other["host"] != host.as_str());
        let taken = others.filter(|other| other["held"] == 1).count();
        Ok(node["isSilent"] == true && node["running"] == 1 && node["held"] == 0 && taken == 1)
    })
    .await
    .unwrap();
    worker.signal(Signal::CONT).unwrap();
    wait_until("it is heard of again", || async {
        Ok(of(&host).await["isSilent"] == false)
    })
    .await
    .unwrap();
    sql.batch_execute("delete from job").await.unwrap();
}

#[tokio::test]
async fn a_photo_says_why_it_has_no_pictures_by_the_state_of_its_job() {
    let system = TestSystem::builder()
        .workers(&[Kind::MetadataWorker])
        .env("SAFELIGHT_RETRY_DELAY", "50ms")
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let (guest, stranger) = (
        system.person("guest").await.unwrap(),
        system.person("stranger").await.unwrap(),
    );
    let pause = |is_paused: bool| json!({"isPaused": is_paused});
    let queue = "/api/queues/thumbnailGeneration";
    admin.put(queue, &pause(true)).await.unwrap().expect(200).unwrap();
    system.start(Kind::ThumbnailWorker).await.unwrap();
    let asset = admin.upload(&damaged()).await.unwrap().id;
    let until = async |expected: &str| {
        wait_until(expected, || async {
            Ok(code(&admin, &asset).await.as_deref() == Some(expected))
        })
        .await
        .unwrap();
    };
    until("paused").await;
    admin.put(queue, &pause(false)).await.unwrap().expect(200).unwrap();
    until("failed").await;
    let (_, told) = why(&admin, &asset).await.unwrap();
    assert!(told.starts_with("Its pictures could not be made: "), "{told}");

    // However old it is, and whoever looks: but the reason is for its owner.
    let sql = system.sql().await.unwrap();
    sql.batch_execute("update asset set created_at = now() - interval '1 year'")
        .await
        .unwrap();
    until("failed").await;
    let guest_id = guest.get("/api/users/me").await.unwrap().string("/id").unwrap();
    let album = json!({
        "albumName": "a", "assetIds": [asset], "albumUsers": [{"userId": guest_id, "role": "viewer"}],
    });
    admin.post("/api/albums", &album).await.unwrap().expect(201).unwrap();
    assert_eq!(
        why(&guest, &asset).await,
        Some(("failed".to_owned(), "Its pictures could not be made.".to_owned()))
    );
    assert_eq!(why(&stranger, &asset).await, None);

    for (change, expected) in [
        (
            "update job set state = 'delayed', run_at = now() + interval '1 hour', failures = 1",
            "retry",
        ),
        ("delete from job", "none"),
    ] {
        sql.batch_execute(change).await.unwrap();
        until(expected).await;
    }
}
