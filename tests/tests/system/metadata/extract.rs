//! Files become rows.

use safelight_tests::{media, wait_until};

use super::{House, shared};

#[tokio::test]
async fn a_photo_is_read_into_rows_and_its_pictures_are_asked_for() {
    let Some(content) = shared("metadata/gps-position/thompson-springs.jpg") else {
        eprintln!("SKIPPED: no shared media");
        return;
    };
    let house = House::open(&[]).await.unwrap();
    let (asset, _) = house.asset("thompson.jpg", &content).await.unwrap();
    house.extract(asset).await.unwrap();
    house.done().await.unwrap();
    let columns = "to_char(a.file_created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS'), a.local_date_time, a.width, \
         a.height, e.time_zone, e.latitude, e.longitude, e.lens_model, e.orientation, left(e.description, 12)";
    assert_eq!(
        house.told(asset, columns).await.unwrap(),
        "2022-01-10 22:15:44.310 | 2022-01-10 15:15:44.31 | 150 | 103 | America/Denver | 39.115 | -108.400968 | \
         Canon EF 24-105mm f/4L IS II USM | 1 | Early winter"
    );
    let follow = "select concat_ws(' ', kind, dedup_key = $$ASSET$$, source, state) from job";
    let follow = house
        .text(&follow.replace("ASSET", &asset.to_string()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(follow, "AssetGenerateThumbnails t upload waiting");
    let read = "select (metadata_extracted_at is not null)::text from asset_job_status";
    assert_eq!(house.text(read).await.unwrap().as_deref(), Some("true"));
}

#[tokio::test]
async fn what_is_no_picture_keeps_the_dates_of_its_upload() {
    let house = House::open(&[]).await.unwrap();
    let (garbage, _) = house.asset("garbage.jpg", b"this is no picture").await.unwrap();
    let (empty, _) = house.asset("empty.jpg", b"").await.unwrap();
    let jpeg = media::jpeg_sized(64, 32);
    let (cut, _) = house.asset("cut.jpg", &jpeg[..jpeg.len() / 2]).await.unwrap();
    for asset in [garbage, empty, cut] {
        house.extract(asset).await.unwrap();
    }
    house.done().await.unwrap();
    let columns = "a.local_date_time, a.width, a.height, e.file_size_in_byte";
    assert_eq!(house.told(garbage, columns).await.unwrap(), "2024-03-01 10:00:00 | 18");
    assert_eq!(house.told(empty, columns).await.unwrap(), "2024-03-01 10:00:00");
    assert!(
        house
            .told(cut, columns)
            .await
            .unwrap()
            .starts_with("2024-03-01 10:00:00 | 64 | 32 | ")
    );
    assert_eq!(
        house.text("select count(*)::text from job").await.unwrap().as_deref(),
        Some("3"),
        "all go on"
    );
}

#[tokio::test]
async fn what_a_person_has_set_is_left_alone() {
    let Some(content) = shared("metadata/rating/mongolels.jpg") else {
        eprintln!("SKIPPED: no shared media");
        return;
    };
    let house = House::open(&[]).await.unwrap();
    let (asset, _) = house.asset("mongolels.jpg", &content).await.unwrap();
    let set = format!(
        "update asset_exif set description = 'mine', rating = 5, date_time_original = '2001-02-03T04:05:06Z', \
         time_zone = 'UTC+2', locked_properties = '{{description,rating,date_time_original}}' where asset_id = '{asset}'"
    );
    house.sql.batch_execute(&set).await.unwrap();
    house.extract(asset).await.unwrap();
    house.done().await.unwrap();
    let columns = "e.description, e.rating, e.time_zone, a.local_date_time, e.make, e.iso";
    let told = house.told(asset, columns).await.unwrap();
    assert_eq!(told, "mine | 5 | UTC+2 | 2001-02-03 06:05:06 | Canon | 200");
}

#[tokio::test]
async fn a_missing_file_is_looked_for_and_then_parked_with_its_name() {
    let house = House::open(&[("SAFELIGHT_RETRY_DELAY", "10ms"), ("SAFELIGHT_VISIBILITY_GRACE", "5s")])
        .await
        .unwrap();
    let (late, late_path) = house.asset("late.jpg", b"x").await.unwrap();
    let (lost, lost_path) = house.asset("lost.jpg", b"x").await.unwrap();
    std::fs::remove_file(&lost_path).unwrap();
    let hidden = late_path.with_extension("hidden");
    std::fs::rename(&late_path, &hidden).unwrap();
    house.extract(late).await.unwrap();
    wait_until("the late file was missed once", async || {
        Ok(house
            .text("select max(failures)::text from job where jsonb_array_length(history) > 0")
            .await?
            .is_some())
    })
    .await
    .unwrap();
    std::fs::rename(&hidden, &late_path).unwrap();
    house.extract(lost).await.unwrap();
    house.done().await.unwrap();
    let parked = "select dedup_key || ' ' || history::text from job where state = 'parked' and dedup_key <> ''";
    let parked = house
        .text(&format!("{parked} and dedup_key = '{lost}'"))
        .await
        .unwrap()
        .unwrap();
    assert!(parked.contains("not found") && parked.contains("lost.jpg"), "{parked}");
}

#[tokio::test]
async fn the_halves_of_a_live_photo_find_each_other() {
    let Some(content) = shared("videos/live.mov") else {
        eprintln!("SKIPPED: no shared media");
        return;
    };
    let house = House::open(&[]).await.unwrap();
    let (photo, _) = house.asset("live.jpg", &media::jpeg()).await.unwrap();
    let (video, path) = house.asset("live.mp4", &content).await.unwrap();
    // What a phone writes, exiftool can write only when it is told of the tag.
    let (tagged, config) = (path.with_extension("mov"), house.system.folder().join("exiftool.pl"));
    let tag = "'content.identifier' => { Name => 'ContentIdentifier' }";
    let tags = format!("%Image::ExifTool::UserDefined = ('Image::ExifTool::QuickTime::Keys' => {{ {tag} }}); 1;");
    std::fs::write(&config, tags).unwrap();
    let mut tool = std::process::Command::new("exiftool");
    tool.arg("-config")
        .arg(&config)
        .args(["-Keys:ContentIdentifier=7A1B", "-o"])
        .arg(&tagged)
        .arg(&path);
    assert!(tool.status().unwrap().success());
    std::fs::rename(&tagged, &path).unwrap();
    let rows = format!(
        "update asset_exif set live_photo_cid = '7A1B' where asset_id = '{photo}'; \
         with made as (insert into album default values returning id) \
         insert into album_asset (album_id, asset_id) select id, '{video}' from made"
    );
    house.sql.batch_execute(&rows).await.unwrap();
    house.extract(video).await.unwrap();
    house.done().await.unwrap();
    let columns = "a.visibility, a.duration, a.width, e.time_zone";
    assert_eq!(house.told(video, columns).await.unwrap(), "hidden | 1000 | 640 | UTC");
    let joined = house.told(photo, "a.visibility, a.live_photo_video_id").await.unwrap();
    assert_eq!(joined, format!("timeline | {video}"));
    assert_eq!(house.text("select 'left' from album_asset").await.unwrap(), None);
}
