//! Downloads: which archives there would be, what is in one, and what happens when it breaks.

use std::path::{Path, PathBuf};

use reqwest::{Method, Response};
use safelight_tests::archive::entries;
use safelight_tests::client::NewUpload;
use safelight_tests::system::Kind;
use safelight_tests::{Client, TestSystem, media, wait_until};
use serde_json::{Value, json};

/// Bytes of a file that no socket can swallow at once.
const LARGE: u64 = 64 << 20;

async fn upload(client: &Client, name: &str) -> (String, NewUpload) {
    let file = NewUpload::new(name, media::jpeg());
    (client.upload(&file).await.unwrap().id, file)
}

/// Where the original of an asset is.
async fn path(system: &TestSystem, id: &str) -> PathBuf {
    let query = format!("select original_path from asset where id = '{id}'");
    let path: String = system.sql().await.unwrap().query_one(&query, &[]).await.unwrap().get(0);
    path.into()
}

async fn info(client: &Client, body: &Value) -> Value {
    let answer = client.post("/api/download/info", body).await.unwrap();
    answer.expect(201).unwrap().json().unwrap()
}

/// Makes a file as long as that, with a hole or a cut.
fn resize(path: &Path, length: u64) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_len(length).unwrap();
}

/// An archive whose body has not been read yet.
async fn begin(client: &Client, ids: &[&str]) -> Response {
    let request = client.request(Method::POST, "/api/download/archive").unwrap();
    let response = request.json(&json!({"assetIds": ids})).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response
}

#[tokio::test]
async fn an_archive_has_every_file_as_it_is() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let (first, one) = upload(&admin, "same.jpg").await;
    let (second, two) = upload(&admin, "same.jpg").await;
    let (third, three) = upload(&admin, "wood anemones \u{e4}.jpg").await;
    let body = json!({"assetIds": [first, third, second, first], "edited": false});
    let answer = admin
        .post("/api/download/archive", &body)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(answer.header("transfer-encoding"), "chunked");
    assert_eq!(answer.header("vary"), "Accept-Encoding");
    assert_eq!((answer.header("content-disposition"), answer.header("etag")), ("", ""));
    let found: Vec<_> = entries(&answer.body)
        .unwrap()
        .into_iter()
        .map(|entry| (entry.name, entry.method, entry.flags, entry.sha1))
        .collect();
    assert_eq!(
        found,
        [
            ("same.jpg".to_owned(), 0, 8, one.sha1()),
            ("wood anemones \u{e4}.jpg".to_owned(), 0, 0x808, three.sha1()),
            ("same+1.jpg".to_owned(), 0, 8, two.sha1()),
        ]
    );

    let stranger = system.person("stranger").await.unwrap();
    let refused = stranger
        .post("/api/download/archive", &body)
        .await
        .unwrap()
        .expect(400)
        .unwrap();
    assert_eq!(
        refused.string("/message").unwrap(),
        "Not found or no asset.download access"
    );
    let nothing = admin
        .post("/api/download/archive", &json!({"assetIds": []}))
        .await
        .unwrap();
    let message = nothing.expect(400).unwrap().string("/errors/0/message").unwrap();
    assert_eq!(message, "Too small: expected array to have >=1 items");
}

#[tokio::test]
async fn the_plan_of_a_download() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let (still, _) = upload(&admin, "still.jpg").await;
    let (motion, _) = upload(&admin, "motion.mp4").await;
    let (other, _) = upload(&admin, "other.jpg").await;
    let sql = system.sql().await.unwrap();
    sql.batch_execute(&format!(
        "update asset_exif set file_size_in_byte = 100;
         update asset set live_photo_video_id = '{motion}' where id = '{still}';
         update asset set visibility = 'hidden' where id = '{motion}';
         update asset set local_date_time = '2020-01-01' where id = '{other}'"
    ))
    .await
    .unwrap();
    let me = admin.get("/api/users/me").await.unwrap().string("/id").unwrap();

    let all = json!({"totalSize": 300, "archives": [{"size": 300, "assetIds": [still, motion, other]}]});
    assert_eq!(info(&admin, &json!({"userId": me})).await, all);
    assert_eq!(info(&admin, &json!({"assetIds": [still, other]})).await, all);
    let cut = info(&admin, &json!({"assetIds": [still, other], "archiveSize": 200})).await;
    let two = json!([{"size": 200, "assetIds": [still, motion]}, {"size": 100, "assetIds": [other]}]);
    assert_eq!((&cut["totalSize"], &cut["archives"]), (&json!(300), &two));

    // A video that was taken out of its photo is in that photo: it comes only for those who want it twice.
    let embedded = format!(
        "update asset set original_path = '{}/encoded-video/x-MP-1.mp4' where id = '{motion}'",
        system.media().display()
    );
    sql.batch_execute(&embedded).await.unwrap();
    let album = json!({"albumName": "a", "assetIds": [other, still]});
    let album = admin.post("/api/albums", &album).await.unwrap().string("/id").unwrap();
    let without = json!([{"size": 200, "assetIds": [still, other]}]);
    assert_eq!(info(&admin, &json!({"albumId": album})).await["archives"], without);
    let wanted = json!({"download": {"includeEmbeddedVideos": true, "archiveSize": 250}});
    admin
        .put("/api/users/me/preferences", &wanted)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let with = info(&admin, &json!({"albumId": album})).await;
    assert_eq!(with["archives"], two, "the size in the preferences holds");

    let stranger = system.person("stranger").await.unwrap();
    for (body, message) in [
        (json!({}), "assetIds, albumId, or userId is required"),
        (json!({"userId": me}), "Not found or no timeline.download access"),
        (json!({"albumId": album}), "Not found or no album.download access"),
        (json!({"assetIds": [still]}), "Not found or no asset.download access"),
    ] {
        let refused = stranger
            .post("/api/download/info", &body)
            .await
            .unwrap()
            .expect(400)
            .unwrap();
        assert_eq!(refused.string("/message").unwrap(), message);
    }
}

#[tokio::test]
async fn a_file_that_is_gone_is_told_and_never_left_out() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let (first, _) = upload(&admin, "first.jpg").await;
    let (second, _) = upload(&admin, "second.jpg").await;
    let large = path(&system, &first).await;
    resize(&large, LARGE);

    // While the first file is on its way, the second goes: the end of the archive must not look like one.
    let gone = path(&system, &second).await;
    let response = begin(&admin, &[&first, &second]).await;
    std::fs::remove_file(&gone).unwrap();
    assert!(response.bytes().await.is_err(), "an archive without its second file");

    // Now it is known before the first byte.
    let body = json!({"assetIds": [first, second]});
    let refused = admin
        .post("/api/download/archive", &body)
        .await
        .unwrap()
        .expect(404)
        .unwrap();
    assert_eq!(refused.string("/message").unwrap(), "The file of second.jpg is missing");

    // A file that shrinks under the reader breaks it off, too.
    let mut response = begin(&admin, &[&first]).await;
    // Its bytes have begun to come: how long it is has been told.
    let mut come = 0;
    while come < 1 << 16 {
        come += response.chunk().await.unwrap().unwrap().len();
    }
    resize(&large, 1);
    assert!(response.bytes().await.is_err(), "an archive with a shortened file");
    let whole = admin
        .post("/api/download/archive", &json!({"assetIds": [first]}))
        .await
        .unwrap();
    assert_eq!(entries(&whole.expect(200).unwrap().body).unwrap()[0].size, 1);
}

/// Whether a process has a file open.
fn has_open(pid: u32, path: &Path) -> bool {
    let files = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().flatten();
    files
        .map(|file| file.path())
        .any(|file| std::fs::read_link(file).is_ok_and(|target| target == path))
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_reading() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let (id, _) = upload(&admin, "large.jpg").await;
    let large = path(&system, &id).await;
    resize(&large, LARGE);
    let pid = system.service(Kind::ApiGateway, 0).unwrap().pid().unwrap();
    let mut response = begin(&admin, &[&id]).await;
    response.chunk().await.unwrap().unwrap();
    assert!(has_open(pid, &large), "the gateway waits for its reader");
    drop(response);
    wait_until("the file is closed", || async { Ok(!has_open(pid, &large)) })
        .await
        .unwrap();
}
