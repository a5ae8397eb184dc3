//! Pictures that people upload of themselves.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use safelight_tests::system::{Kind, TestSystem};
use safelight_tests::wait::PATIENCE;
use safelight_tests::{Answer, Client, media, wait_until};

const PATH: &str = "/api/users/profile-image";
const EXTENSIONS: [&str; 4] = ["jpg", "jpeg", "png", "webp"];

async fn upload(client: &Client, name: &str, bytes: impl Into<Bytes>) -> Result<Answer> {
    let part = Part::stream(bytes.into()).file_name(name.to_owned());
    let form = Form::new().text("x", "y").part("file", part);
    Answer::of(client.request(Method::POST, PATH)?.multipart(form)).await
}

/// A JPEG with a place in its EXIF: what is told of it must not be served.
fn jpeg_with_place() -> Vec<u8> {
    let plain = media::jpeg_sized(600, 400);
    let mut tiff = b"II*\0\x08\0\0\0\x01\0\x25\x88\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0".to_vec();
    tiff.extend(b"\x01\0\x01\0\x02\0\x02\0\0\0N\0\0\0\0\0\0\0");
    let mut exif = b"Exif\0\0".to_vec();
    exif.extend(tiff);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend(length);
    bytes.extend(exif);
    bytes.extend(&plain[2..]);
    bytes
}

#[tokio::test]
async fn a_picture_is_made_small_and_the_upload_is_gone() -> Result<()> {
    let system = TestSystem::builder().gateways(2).photo_workers().start().await?;
    let admin = system.client().sign_up_admin().await?;
    let me = admin.get("/api/users/me").await?.string("/id")?;
    let picture = format!("/api/users/{me}/profile-image");
    admin.get(&picture).await?.expect(404)?;

    let made = upload(&admin, "me.JPG", jpeg_with_place()).await?.expect(201)?;
    let path = made.string("/profileImagePath")?;
    assert_eq!(admin.get("/api/users/me").await?.string("/profileImagePath")?, path);
    let shown = admin.get(&picture).await?.expect(200)?;
    assert_eq!(shown.header("content-type"), "image/webp");
    assert_eq!(shown.header("cache-control"), "private, max-age=0");
    assert_eq!(shown.header("content-disposition"), "");
    let decoded = image::load_from_memory(&shown.body)?;
    assert_eq!((decoded.width(), decoded.height()), (375, 250));
    assert!(
        !shown
            .body
            .windows(4)
            .any(|window| window == b"EXIF" || window == b"Exif")
    );
    let known = admin.with_header("if-none-match", shown.header("etag"))?;
    known.get(&picture).await?.expect(304)?;

    // Two at once: one is the picture in the end, and nothing else is left.
    let (one, two) = tokio::join!(
        upload(&admin, "a.png", media::png()),
        upload(&admin, "b.png", media::png())
    );
    for answer in [one?, two?] {
        assert!([201, 202].contains(&answer.status), "{}", answer.text());
    }
    system.queues_idle(&admin, PATIENCE).await?;
    let files = media::files_in(&system.media().join("profile"), &EXTENSIONS);
    let shown = admin.get("/api/users/me").await?.string("/profileImagePath")?;
    assert_eq!(files, [std::path::PathBuf::from(&shown)]);
    assert_ne!(shown, path);

    admin.delete(PATH, None).await?.expect(204)?;
    admin.get(&picture).await?.expect(404)?;
    admin.delete(PATH, None).await?.expect(400)?;
    wait_until("the picture is deleted", async || {
        Ok(media::files_in(&system.media().join("profile"), &EXTENSIONS).is_empty())
    })
    .await
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_leaves_nothing() -> Result<()> {
    let system = TestSystem::builder()
        .photo_workers()
        .env("SAFELIGHT_PROFILE_IMAGE_LIMIT", "100KiB")
        .start()
        .await?;
    let admin = system.client().sign_up_admin().await?;
    upload(&admin, "me.jpg", media::jpeg()).await?.expect(201)?;
    let before = admin.get("/api/users/me").await?.string("/profileImagePath")?;

    let gif = upload(&admin, "a.gif", "GIF89a").await?.expect(400)?;
    assert_eq!(gif.string("/message")?, "Unsupported file type a.gif");
    let text = upload(&admin, "a.png", "no picture").await?.expect(400)?;
    let message = text.string("/message")?;
    assert!(message.contains("not a picture"), "{message}");
    upload(&admin, "a.jpg", vec![0; 200 << 10]).await?.expect(413)?;
    let none = Form::new().text("x", "y");
    let none = Answer::of(admin.request(Method::POST, PATH)?.multipart(none)).await?;
    assert_eq!(none.expect(400)?.string("/message")?, "File is required");
    let other = Form::new().part("picture", Part::stream(media::jpeg()).file_name("a.jpg"));
    let other = Answer::of(admin.request(Method::POST, PATH)?.multipart(other)).await?;
    assert_eq!(other.expect(400)?.string("/message")?, "Unexpected field - picture");

    system.queues_idle(&admin, PATIENCE).await?;
    let files = media::files_in(&system.media().join("profile"), &EXTENSIONS);
    assert_eq!(files, [std::path::PathBuf::from(&before)]);
    assert_eq!(admin.get("/api/users/me").await?.string("/profileImagePath")?, before);
    Ok(())
}

#[tokio::test]
async fn without_a_worker_the_answer_says_what_is_and_the_picture_follows() -> Result<()> {
    let system = TestSystem::builder()
        .env("SAFELIGHT_PROFILE_IMAGE_WAIT", "50ms")
        .start()
        .await?;
    let admin = system.client().sign_up_admin().await?;
    let me = admin.get("/api/users/me").await?.string("/id")?;
    let accepted = upload(&admin, "me.jpg", media::jpeg()).await?.expect(202)?;
    assert_eq!(accepted.string("/profileImagePath")?, "");
    let picture = format!("/api/users/{me}/profile-image");
    admin.get(&picture).await?.expect(404)?;
    let raw = media::files_in(&system.media().join("profile"), &EXTENSIONS);
    let raw = raw.first().context("the upload is kept")?.clone();

    for kind in [Kind::ThumbnailWorker, Kind::MetadataWorker] {
        system.start(kind).await?;
    }
    wait_until("the picture is there", async || {
        Ok(admin.get(&picture).await?.status == 200)
    })
    .await?;
    wait_until("the upload is gone", async || Ok(!raw.exists())).await
}

#[tokio::test]
async fn a_quota_holds_for_a_picture_and_what_is_made_of_it_costs_nothing() -> Result<()> {
    let system = TestSystem::builder().photo_workers().start().await?;
    let admin = system.client().sign_up_admin().await?;
    let sql = system.sql().await?;
    let bytes = jpeg_with_place();
    let quota = async |bytes: usize| {
        let set = format!("update \"user\" set quota_size_in_bytes = {bytes}");
        sql.execute(&set, &[]).await
    };
    quota(bytes.len() - 1).await?;
    let refused = upload(&admin, "me.jpg", bytes.clone()).await?.expect(400)?;
    assert_eq!(refused.string("/message")?, "Quota has been exceeded!");
    let waiting: i64 = sql.query_one("select count(*) from profile_upload", &[]).await?.get(0);
    assert_eq!(waiting, 0);
    quota(bytes.len()).await?;
    for _ in 0..2 {
        upload(&admin, "me.jpg", bytes.clone()).await?.expect(201)?;
    }
    let used: i64 = sql
        .query_one("select quota_usage_in_bytes from \"user\"", &[])
        .await?
        .get(0);
    assert_eq!(used, 0);
    Ok(())
}
