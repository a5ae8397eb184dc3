//! What decoders saw goes before what tags say, whenever either is read.

use anyhow::{Context as _, Result};
use safelight_tests::client::NewUpload;
use safelight_tests::wait::PATIENCE;
use safelight_tests::{Client, TestSystem, media};
use serde_json::{Value, json};

use super::House;

/// A file with tags that exiftool sets.
fn tagged(name: &str, content: &[u8], tags: &[&str]) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(name);
    std::fs::write(&file, content)?;
    let small = folder.path().join("small.jpg");
    std::fs::write(&small, media::jpeg_sized(16, 12))?;
    let mut tool = std::process::Command::new("exiftool");
    tool.current_dir(folder.path())
        .args(["-q", "-n", "-overwrite_original"])
        .args(tags)
        .arg(&file);
    anyhow::ensure!(tool.status()?.success(), "exiftool {tags:?}");
    Ok(std::fs::read(file)?)
}

/// A sample of the thumbnail worker.
fn sample(name: &str) -> Vec<u8> {
    let samples = safelight_tests::binaries::repository().join("crates/thumbnail-worker/tests/samples");
    std::fs::read(samples.join(name)).unwrap()
}

/// Size and orientation as clients are told: upright, then as stored.
type Shape = ((u64, u64), (u64, u64), Option<&'static str>);

async fn shape(admin: &Client, id: &str) -> Result<((u64, u64), (u64, u64), Option<String>)> {
    let told = admin.get_json(&format!("/api/assets/{id}")).await?;
    let side = |pointer: &str| {
        told.pointer(pointer)
            .and_then(Value::as_u64)
            .with_context(|| told.to_string())
    };
    Ok((
        (side("/width")?, side("/height")?),
        (side("/exifInfo/exifImageWidth")?, side("/exifInfo/exifImageHeight")?),
        told["exifInfo"]["orientation"].as_str().map(str::to_owned),
    ))
}

async fn run_again(system: &TestSystem, admin: &Client, queue: &str) {
    let body = json!({"command": "start", "force": true});
    let started = admin.put(&format!("/api/jobs/{queue}"), &body).await.unwrap();
    started.expect(200).unwrap();
    system.queues_idle(admin, PATIENCE).await.unwrap();
}

#[tokio::test]
async fn what_the_decoder_saw_outlives_every_later_reading() {
    let upright = media::jpeg_sized(64, 48);
    let on_its_side = tagged("a.jpg", &upright, &["-IFD0:Orientation=6"]).unwrap();
    let in_xmp = tagged("a.jpg", &media::jpeg_sized(64, 48), &["-XMP-tiff:Orientation=6"]).unwrap();
    let of_the_small_one = ["-ThumbnailImage<=small.jpg", "-IFD1:Orientation=6"];
    let in_ifd1 = tagged("a.jpg", &media::jpeg_sized(64, 48), &of_the_small_one).unwrap();
    let exif_of_png = tagged("a.png", &media::png(), &["-IFD0:Orientation=8"]).unwrap();
    let jxl = tagged("a.jxl", &sample("turned-1.jxl"), &["-IFD0:Orientation=6"]);
    let mut files: Vec<(&str, Vec<u8>, Shape)> = vec![
        ("named.heic", on_its_side, ((48, 64), (64, 48), Some("6"))),
        ("in-xmp.jpg", in_xmp, ((64, 48), (64, 48), Some("1"))),
        ("in-ifd1.jpg", in_ifd1, ((64, 48), (64, 48), Some("1"))),
        ("exif.png", exif_of_png, ((48, 64), (64, 48), Some("8"))),
        (
            "turned.heic",
            sample("turned-6.heic"),
            ((128, 64), (64, 128), Some("6")),
        ),
        (
            "mirrored.avif",
            sample("turned-5.avif"),
            ((128, 64), (64, 128), Some("5")),
        ),
        ("exif-only.heic", sample("exif-6.heic"), ((48, 64), (48, 64), None)),
        ("turned.jxl", sample("turned-6.jxl"), ((64, 48), (64, 48), None)),
        ("turned.dng", sample("turned-6.dng"), ((48, 64), (64, 48), Some("6"))),
    ];
    // Older releases of exiftool do not write this format.
    files.extend(jxl.ok().map(|jxl| ("exif.jxl", jxl, ((64, 48), (64, 48), Some("1")))));

    let (system, admin, uploaded) = with_files(files).await;
    let hold = async |when: &str| {
        for (name, id, (shown, stored, orientation)) in &uploaded {
            let expected = (*shown, *stored, orientation.map(str::to_owned));
            assert_eq!(shape(&admin, id).await.unwrap(), expected, "{name} {when}");
        }
    };
    system.queues_idle(&admin, PATIENCE).await.unwrap();
    hold("after the upload").await;
    for (_, id, _) in &uploaded {
        let change = json!({"description": "changed"});
        let changed = admin.put(&format!("/api/assets/{id}"), &change).await.unwrap();
        changed.expect(200).unwrap();
    }
    system.queues_idle(&admin, PATIENCE).await.unwrap();
    hold("with another description").await;
    run_again(&system, &admin, "metadataExtraction").await;
    hold("after the metadata were read again").await;
    run_again(&system, &admin, "sidecar").await;
    hold("after its sidecar was read again").await;
    run_again(&system, &admin, "thumbnailGeneration").await;
    hold("after its pictures were made again").await;
}

#[tokio::test]
async fn a_film_keeps_its_size_and_how_long_it_runs() {
    let mut arguments = media::bars("320x240");
    // In fragments: the head tells no length.
    let fragmented = ["-c:v", "mpeg4", "-g", "5", "-movflags", "frag_keyframe+empty_moov"];
    arguments.extend(fragmented.map(str::to_owned));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let film = media::film("a.mp4", &arguments).unwrap();
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let id = admin.upload(&NewUpload::new("a.mp4", film)).await.unwrap().id;
    let told = async || {
        let told = admin.get_json(&format!("/api/assets/{id}")).await.unwrap();
        let duration = told["duration"].as_u64().unwrap_or_else(|| panic!("{told}"));
        assert!((950..=1_050).contains(&duration), "{told}");
        assert_eq!(
            shape(&admin, &id).await.unwrap(),
            ((320, 240), (320, 240), Some("1".to_owned()))
        );
    };
    settled(&system).await;
    told().await;
    let body = json!({"command": "start", "force": true});
    let started = admin.put("/api/jobs/metadataExtraction", &body).await.unwrap();
    started.expect(200).unwrap();
    settled(&system).await;
    told().await;
}

/// What exiftool says of these is the length of a part, or nothing.
#[tokio::test]
async fn a_film_runs_as_long_as_its_streams() {
    let cases = [
        ("films/12-fragmented-duration.mp4", 4_000),
        ("films/13-ts-clock-wraps.ts", 4_030),
        ("films/14-ts-two-joined.ts", 5_000),
    ];
    let Some((system, admin, uploaded)) = with_cases(cases).await else {
        return;
    };
    settled(&system).await;
    for (name, id, expected) in uploaded {
        let told = admin.get_json(&format!("/api/assets/{id}")).await.unwrap();
        let duration = told["duration"].as_i64().unwrap_or_default();
        assert!(
            (duration - expected).abs() <= 100,
            "{name} runs {duration} ms and not {expected}"
        );
    }
}

/// A file by its name, with its id and what is expected of it.
type Uploaded<T> = (&'static str, String, T);

/// A system into which these files went.
async fn with_files<T>(files: Vec<(&'static str, Vec<u8>, T)>) -> (TestSystem, Client, Vec<Uploaded<T>>) {
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let mut uploaded = Vec::new();
    for (name, content, expected) in files {
        let file = name.rsplit('/').next().unwrap();
        let id = admin.upload(&NewUpload::new(file, content)).await.unwrap().id;
        uploaded.push((name, id, expected));
    }
    (system, admin, uploaded)
}

/// The same with files of the cases; nothing where they are not here.
async fn with_cases<T>(
    cases: impl IntoIterator<Item = (&'static str, T)>,
) -> Option<(TestSystem, Client, Vec<Uploaded<T>>)> {
    media::cases()?;
    let files = cases
        .into_iter()
        .map(|(name, expected)| Some((name, media::case(name)?, expected)));
    Some(with_files(files.collect::<Option<_>>()?).await)
}

/// Waits until films are read and have their pictures: nobody is there who would make them playable.
async fn settled(system: &TestSystem) {
    let sql = system.sql().await.unwrap();
    let query = "select not exists (select from asset where thumbhash is null) \
        and not exists (select from job where state <> 'parked' and queue <> 'videoConversion')";
    safelight_tests::wait_until("films are read and have their pictures", async || {
        Ok(sql.query_one(query, &[]).await?.get::<_, bool>(0))
    })
    .await
    .unwrap();
}

/// What is known of the files that the test writes, with the metadata worker alone.
#[tokio::test]
async fn what_was_seen_goes_with_the_file_in_which_it_was_seen() {
    let house = House::open(&[]).await.unwrap();
    let content = media::jpeg_sized(64, 48);
    let (asset, path) = house.asset("a.jpg", &content).await.unwrap();
    let seen = |bytes: usize| {
        format!(
            "insert into asset_decoded (asset_id, checksum, bytes, modified_ms, width, height, orientation) \
             select id, checksum, {bytes}, 0, 30, 20, 6 from asset where id = '{asset}'; \
             update asset set thumbhash = '\\x00' where id = '{asset}'"
        )
    };
    let columns = "a.width, a.height, e.exif_image_width, e.exif_image_height, e.orientation";
    let read = async |source: &str| {
        let source = Some(source).filter(|source| !source.is_empty());
        house
            .enqueue(
                "metadataExtraction",
                "AssetExtractMetadata",
                &asset.to_string(),
                "{}",
                source,
            )
            .await
            .unwrap();
        house.done().await.unwrap();
        house.told(asset, columns).await.unwrap()
    };
    let pictures = async || {
        let ordered = "with gone as (delete from job where kind = 'AssetGenerateThumbnails' returning id) \
                       select count(*)::text from gone";
        house.text(ordered).await.unwrap().unwrap()
    };
    house.sql.batch_execute(&seen(content.len())).await.unwrap();
    assert_eq!(read("").await, "20 | 30 | 30 | 20 | 6");
    assert_eq!(pictures().await, "0");

    // Another file, under the same name.
    let other = media::jpeg_sized(160, 120);
    std::fs::write(&path, &other).unwrap();
    assert_eq!(read("").await, "160 | 120 | 160 | 120");
    let left = "select count(*)::text from asset_decoded";
    assert_eq!(house.text(left).await.unwrap().as_deref(), Some("0"));
    assert_eq!(pictures().await, "1", "its pictures are those of the old file");

    // Of a file of somebody else's the time counts, too.
    house.sql.batch_execute(&seen(other.len())).await.unwrap();
    house
        .sql
        .batch_execute("update asset set is_external = true")
        .await
        .unwrap();
    assert_eq!(read("").await, "160 | 120 | 160 | 120");
    assert_eq!(pictures().await, "1");

    // What an older release decoded without a word.
    house
        .sql
        .batch_execute("update asset set width = 120, height = 160")
        .await
        .unwrap();
    assert_eq!(read("").await, "160 | 120 | 160 | 120");
    assert_eq!(pictures().await, "1", "the decoder saw something else");
    assert_eq!(read("").await, "160 | 120 | 160 | 120");
    assert_eq!(pictures().await, "0");
}

/// One odd file of each kind, where they are.
#[tokio::test]
async fn odd_files_are_told_as_they_are() {
    let size = |width: u64, height: u64| {
        vec![
            ("/width", json!(width)),
            ("/height", json!(height)),
            ("/exifInfo/exifImageWidth", json!(640)),
            ("/exifInfo/exifImageHeight", json!(480)),
        ]
    };
    let date = |at: &str, local: &str| {
        vec![
            ("/fileCreatedAt", json!(format!("{at}.000Z"))),
            ("/localDateTime", json!(format!("{local}.000Z"))),
        ]
    };
    let cases = [
        ("pictures/jpeg-orientation6-named.heic", size(480, 640)),
        ("pictures/ori-xmp-only.jpg", size(640, 480)),
        ("pictures/ori-ifd1-only.jpg", size(640, 480)),
        ("pictures/jxl-exif-orientation6.jxl", size(640, 480)),
        ("pictures/jxl-container-no-size.jxl", size(640, 480)),
        (
            "pictures/date-created-date-only-but-iptc-time.jpg",
            date("2006-10-29T11:27:51", "2006-10-29T06:27:51"),
        ),
        (
            "pictures/date-ctime.jpg",
            date("2004-07-13T12:33:21", "2004-07-13T12:33:21"),
        ),
        (
            "pictures/year-0001.jpg",
            date("2009-03-04T05:06:09", "2009-03-04T05:06:09"),
        ),
        (
            "pictures/nikon-d70-iso-only-in-makernote.jpg",
            vec![("/exifInfo/iso", json!(400))],
        ),
        ("pictures/rating-4.5.jpg", vec![("/exifInfo/rating", json!(5))]),
        (
            "pictures/description-null.jpg",
            vec![("/exifInfo/description", json!(""))],
        ),
        (
            "films/11-avchd-summer-time.mts",
            date("2008-12-31T22:16:24", "2008-12-31T23:16:24"),
        ),
    ];
    let Some((system, admin, uploaded)) = with_cases(cases).await else {
        return;
    };
    for when in ["at first", "again"] {
        system.queues_idle(&admin, PATIENCE).await.unwrap();
        for (name, id, expected) in &uploaded {
            let told = admin.get_json(&format!("/api/assets/{id}")).await.unwrap();
            for (pointer, value) in expected {
                let found = told.pointer(pointer).unwrap_or(&Value::Null);
                assert_eq!(found, value, "{pointer} of {name} {when}: {told}");
            }
        }
        let change = json!({"ids": uploaded.iter().map(|(_, id, _)| id).collect::<Vec<_>>(), "isFavorite": true});
        admin.put("/api/assets", &change).await.unwrap().expect(204).unwrap();
        run_again(&system, &admin, "metadataExtraction").await;
    }
}
