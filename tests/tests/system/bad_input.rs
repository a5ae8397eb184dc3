//! Whatever is sent: a clear error or a parked job that says why; never a crash, and nobody else waits.

use std::time::Duration;

use safelight_tests::client::NewUpload;
use safelight_tests::{Client, TestSystem, media, wait_until, wait_until_for};
use serde_json::json;

const LONG: Duration = Duration::from_secs(120);

/// A PNG that says it is 60,000 pixels wide and high, and then has nothing.
fn bomb() -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend_from_slice(&60_000_u32.to_be_bytes());
    header.extend_from_slice(&60_000_u32.to_be_bytes());
    header.extend_from_slice(&[8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\r".to_vec();
    png.extend_from_slice(&header);
    png.extend_from_slice(&crc32(&header).to_be_bytes());
    png.extend_from_slice(b"\0\0\0\0IDAT");
    png.extend_from_slice(&crc32(b"IDAT").to_be_bytes());
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[tokio::test]
async fn broken_pictures_are_kept_and_their_jobs_say_why() {
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let whole = media::jpeg_sized(800, 600);
    let broken = [
        ("text.jpg", b"this is a shopping list".to_vec()),
        ("truncated.jpg", whole.slice(..whole.len() / 2).to_vec()),
        ("empty.jpg", Vec::new()),
        ("bomb.png", bomb()),
    ];
    let mut ids = Vec::new();
    for (name, bytes) in broken {
        ids.push(admin.upload(&NewUpload::new(name, bytes)).await.unwrap().id);
    }
    let good = admin
        .upload(&NewUpload::new("good.jpg", media::jpeg()))
        .await
        .unwrap()
        .id;
    system.queues_idle(&admin, LONG).await.unwrap();
    admin
        .get(&format!("/api/assets/{good}/thumbnail"))
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let sql = system.sql().await.unwrap();
    for id in &ids {
        admin
            .get(&format!("/api/assets/{id}"))
            .await
            .unwrap()
            .expect(200)
            .unwrap();
        admin
            .get(&format!("/api/assets/{id}/original"))
            .await
            .unwrap()
            .expect(200)
            .unwrap();
        let parked = sql
            .query(
                "select history::text from job where state = 'parked' and dedup_key = $1",
                &[id],
            )
            .await
            .unwrap();
        let made = admin.get(&format!("/api/assets/{id}/thumbnail")).await.unwrap().status == 200;
        // A truncated JPEG may still give a picture; everything else is parked with its history.
        assert!(
            made || (parked.len() == 1 && parked[0].get::<_, String>(0).len() > 20),
            "{id}"
        );
    }
    for service in system.services() {
        assert_eq!(
            service.exit_status().unwrap(),
            None,
            "{} has ended",
            service.kind().binary()
        );
        assert!(!service.log().contains("panicked"), "{}", service.log());
    }
}

async fn refused(client: &Client, file: &NewUpload, message: &str) {
    let answer = client.try_upload(file).await.unwrap();
    assert_eq!(
        (answer.status, answer.string("/message").unwrap().as_str()),
        (400, message),
        "{}",
        file.name
    );
}

#[tokio::test]
async fn bad_requests_are_answered_in_the_contracts_shape() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let photo = || NewUpload::new("a.jpg", media::jpeg());
    refused(
        &admin,
        &photo().field("fileCreatedAt", "yesterday"),
        "Validation failed",
    )
    .await;
    refused(
        &admin,
        &photo().field("fileModifiedAt", "2024-02-30T00:00:00Z"),
        "Validation failed",
    )
    .await;
    refused(
        &admin,
        &NewUpload::new("notes.txt", b"x".to_vec()),
        "Unsupported file type notes.txt",
    )
    .await;

    let form = reqwest::multipart::Form::new()
        .text("fileCreatedAt", "2024-03-01T10:00:00.000Z")
        .text("fileModifiedAt", "2024-03-01T10:00:00.000Z");
    let request = admin
        .request(reqwest::Method::POST, "/api/assets")
        .unwrap()
        .multipart(form);
    let answer = safelight_tests::Answer::of(request).await.unwrap();
    assert_eq!(
        (answer.status, answer.string("/message").unwrap().as_str()),
        (400, "File is required")
    );

    let anonymous = system.client();
    let wrong = anonymous
        .with_api_key("no such key")
        .unwrap()
        .get("/api/users/me")
        .await
        .unwrap();
    assert_eq!(
        (wrong.status, wrong.string("/message").unwrap().as_str()),
        (401, "Invalid API key")
    );
    let huge = json!({"email": "a@b.cd", "password": "x".repeat(11 << 20)});
    let answer = anonymous.post("/api/auth/login", &huge).await.unwrap();
    assert!((400..=500).contains(&answer.status), "{}", answer.status);
    answer.string("/message").unwrap();

    // A path in a file name is a name, not a place.
    let sneaky = admin
        .upload(&NewUpload::new("../../../etc/sneaky.jpg", media::jpeg()))
        .await
        .unwrap();
    let told = admin
        .get(&format!("/api/assets/{}", sneaky.id))
        .await
        .unwrap()
        .json()
        .unwrap();
    let path = told["originalPath"].as_str().unwrap();
    assert!(
        path.starts_with(system.media().to_str().unwrap()) && !path.contains(".."),
        "{path}"
    );

    let upload = system.media().join("upload");
    wait_until("nothing but the one upload is left", || async {
        Ok(media::files_in(&upload, &["jpg", "txt", "part"]).len() == 1)
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    use tokio::io::AsyncWriteExt;
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let key = admin.create_api_key().await.unwrap();
    let address = admin.base().unwrap().trim_start_matches("http://").to_owned();
    let mut connection = tokio::net::TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "POST /api/assets HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\ncontent-type: multipart/form-data; boundary=b\r\n\
         content-length: 9000000\r\n\r\n--b\r\ncontent-disposition: form-data; name=\"assetData\"; filename=\"a.jpg\"\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(&vec![7; 3 << 20]).await.unwrap();
    connection.flush().await.unwrap();
    let sql = system.sql().await.unwrap();
    let intents = async || {
        anyhow::Ok(
            sql.query_one("select count(*) from file_intent", &[])
                .await?
                .get::<_, i64>(0),
        )
    };
    wait_until("the upload has begun", || async { Ok(intents().await? == 1) })
        .await
        .unwrap();
    drop(connection);
    wait_until_for(Duration::from_secs(60), "its part is gone", || async {
        Ok(intents().await? == 0 && files(&system.media()) == 0)
    })
    .await
    .unwrap();
}

/// Files below the folder of uploads, whatever they are called.
fn files(folder: &std::path::Path) -> usize {
    media::files_of_store(&folder.join("upload")).len()
}
