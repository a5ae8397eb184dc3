//! Workers that are killed, pipelines that hang or crash, files that are damaged.

use safelight_tests::process::{self, Signal};
use safelight_tests::system::{Seen, descendants};
use safelight_tests::{Kind, wait_until_for};

use super::{House, LONG};

const QUEUE: &str = "videoConversion";

/// A clip of so many seconds; a tenth of that is what encoding takes, at least.
pub(super) fn long_clip(house: &House, name: &str, seconds: u32) -> std::path::PathBuf {
    house
        .clip(
            name,
            "1280x720",
            seconds,
            true,
            &["-c:v", "mpeg4", "-q:v", "8", "-c:a", "aac"],
        )
        .unwrap()
}

/// Waits for the child that makes a video.
pub(super) async fn child(house: &House) -> Seen {
    let worker = house.system.service(Kind::TranscodeWorker, 0).unwrap();
    let progress =
        format!("select coalesce(max(progress), 0)::text from job where queue = '{QUEUE}' and state = 'active'");
    house
        .until("its progress is in the row", &progress, |share| {
            share.parse::<f64>().is_ok_and(|share| share > 0.0)
        })
        .await
        .unwrap();
    let pid = worker.pid().unwrap();
    wait_until_for(LONG, "the child is there", async || Ok(!descendants(pid).is_empty()))
        .await
        .unwrap();
    descendants(pid).into_iter().next().unwrap()
}

/// Sees that there is one whole result and nothing else.
pub(super) async fn one_result(house: &House, asset: &str, seconds: u32) {
    house
        .until("it is done", "select count(*)::text from job", |count| count == "0")
        .await
        .unwrap();
    let made = house.encoded(asset).await.unwrap().unwrap();
    assert_eq!(house.made(), std::slice::from_ref(&made));
    let told = safelight_tests::media::video::ffprobe(&made).unwrap();
    let length: f64 = told["format"]["duration"].as_str().unwrap().parse().unwrap();
    assert!((length - f64::from(seconds)).abs() < 0.5, "{length}");
    // What the attempts before it announced is swept by the beats.
    house
        .until(
            "every intent is swept",
            "select count(*)::text from file_intent",
            |count| count == "0",
        )
        .await
        .unwrap();
    assert_eq!(house.made(), [made]);
}

#[tokio::test]
async fn a_killed_worker_is_replaced_by_another_and_leaves_nothing() {
    let house = House::open(1, &[("SAFELIGHT_LEASE", "3s")]).await.unwrap();
    let asset = house.upload(&long_clip(&house, "killed.mov", 90)).await.unwrap();
    let seen = child(&house).await;
    house.system.service(Kind::TranscodeWorker, 0).unwrap().kill().unwrap();
    wait_until_for(LONG, "its child is gone, too", async || {
        Ok(!safelight_tests::system::is_alive(&seen))
    })
    .await
    .unwrap();
    house.system.start(Kind::TranscodeWorker).await.unwrap();
    one_result(&house, &asset, 90).await;
}

#[tokio::test]
async fn a_pipeline_that_hangs_or_crashes_is_tried_again() {
    let env = [("SAFELIGHT_TRANSCODE_STALL", "2s"), ("SAFELIGHT_RETRY_DELAY", "100ms")];
    let house = House::open(1, &env).await.unwrap();
    let asset = house.upload(&long_clip(&house, "hung.mov", 90)).await.unwrap();
    process::signal(child(&house).await.pid, Signal::STOP).unwrap();
    let history = format!("select coalesce(max(history::text), '') from job where queue = '{QUEUE}'");
    house
        .until("the hang is in the history", &history, |text| {
            text.contains("no progress for 2 s")
        })
        .await
        .unwrap();
    process::signal(child(&house).await.pid, Signal::ABORT).unwrap();
    let crash = |text: &str| text.contains("libav mpeg4") && text.contains("(abort)");
    house
        .until("the crash is in the history", &history, crash)
        .await
        .unwrap();
    one_result(&house, &asset, 90).await;
}

#[tokio::test]
async fn damaged_videos_are_played_as_far_as_they_go_or_given_up_at_once_while_others_finish() {
    let house = House::open(1, &[("SAFELIGHT_RETRY_DELAY", "100ms")]).await.unwrap();
    let encoding = ["-c:v", "mpeg4", "-movflags", "+faststart"];
    let whole = house.clip("whole.mov", "320x240", 4, false, &encoding).unwrap();
    let cut = house.clip("cut.mov", "320x240", 10, false, &encoding).unwrap();
    let bytes = std::fs::read(&cut).unwrap();
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    // Its index names samples that are there, and none of them is a picture.
    let hollow = house
        .clip(
            "hollow.mov",
            "320x240",
            3,
            false,
            &["-c:v", "libx264", "-pix_fmt", "yuv422p", "-movflags", "+faststart"],
        )
        .unwrap();
    let mut bytes = std::fs::read(&hollow).unwrap();
    let samples = bytes.windows(4).position(|name| name == b"mdat").unwrap() + 4;
    bytes[samples..].fill(0xff);
    std::fs::write(&hollow, &bytes).unwrap();
    let garbage = house.system.folder().join("garbage.mp4");
    std::fs::write(&garbage, [7; 5_000]).unwrap();
    let mut assets = Vec::new();
    for path in [&garbage, &cut, &whole, &hollow] {
        assets.push(house.upload(path).await.unwrap());
    }
    let [garbage, cut, whole, hollow] = assets.as_slice() else {
        unreachable!()
    };
    // Its preview fails first, and nothing is made of what shows nothing.
    let reason =
        format!("select coalesce(max(history::text), '') from job where state = 'parked' and dedup_key = '{hollow}'");
    house
        .until(
            "the whole one is done",
            &format!("select count(*)::text from asset_file where asset_id = '{whole}' and type = 'encoded_video'"),
            |count| count == "1",
        )
        .await
        .unwrap();
    house
        .until("the hollow one is parked", &reason, |text| {
            text.contains("no picture of the video can be decoded")
        })
        .await
        .unwrap();
    house.idle().await.unwrap();
    let attempts =
        format!("select jsonb_array_length(history)::text from job where state = 'parked' and dedup_key = '{hollow}'");
    assert_eq!(
        house.text(&attempts).await.unwrap(),
        "1",
        "what is wrong with a file is found out once"
    );
    assert!(house.encoded(garbage).await.unwrap().is_none());
    assert_eq!(house.made().len(), 2, "{:?}", house.made());
    let told = safelight_tests::media::video::ffprobe(&house.encoded(cut).await.unwrap().unwrap()).unwrap();
    let seconds: f64 = told["format"]["duration"].as_str().unwrap().parse().unwrap();
    let shown = house.admin.get_json(&format!("/api/assets/{cut}")).await.unwrap()["duration"]
        .as_f64()
        .unwrap();
    assert!(
        (3.0..7.0).contains(&seconds) && (shown / 1_000.0 - seconds).abs() < 0.2,
        "{seconds} s, {shown} ms told"
    );
    let notes = house.admin.get_json("/api/notifications").await.unwrap();
    let notes: Vec<_> = notes
        .as_array()
        .unwrap()
        .iter()
        .filter(|note| note["title"] == "A film is cut off")
        .collect();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(
        notes[0]["description"]
            .as_str()
            .unwrap()
            .starts_with("cut.mov ends before the film does"),
        "{notes:?}"
    );
}

#[tokio::test]
async fn a_video_for_which_there_is_no_room_waits_and_is_given_up_while_others_are_made() {
    let house = House::open(0, &[("SAFELIGHT_RETRY_DELAY", "20ms")]).await.unwrap();
    let encoding = ["-c:v", "mpeg4"];
    let clip = |name: &str, seconds| house.clip(name, "320x240", seconds, false, &encoding).unwrap();
    let (endless, short) = (clip("endless.mov", 3), clip("short.mov", 2));
    let (endless, short) = (
        house.upload(&endless).await.unwrap(),
        house.upload(&short).await.unwrap(),
    );
    house
        .until(
            "both wait",
            &format!("select count(*)::text from job where queue = '{QUEUE}'"),
            |count| count == "2",
        )
        .await
        .unwrap();
    // Weeks of it, at a gigabit per second: no disk of a test has room for that.
    let rows = format!(
        "update asset_video set duration_ms = 2000000000, video_bitrate = 1000000000 where asset_id = '{endless}'; \
         update job set class = 0 where dedup_key = '{endless}'"
    );
    house.sql.batch_execute(&rows).await.unwrap();
    for _ in 0..2 {
        house.system.start(Kind::TranscodeWorker).await.unwrap();
    }
    let reason =
        format!("select coalesce(max(history::text), '') from job where state = 'parked' and dedup_key = '{endless}'");
    house
        .until("it is given up with its reason", &reason, |text| {
            text.contains("the video needs about")
        })
        .await
        .unwrap();
    house.idle().await.unwrap();
    assert!(house.encoded(&short).await.unwrap().is_some());
    assert!(house.encoded(&endless).await.unwrap().is_none());
}
