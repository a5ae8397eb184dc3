//! What cameras and computers make.

use std::path::{Path, PathBuf};

use safelight_tests::media::{test_media, video};
use serde_json::Value;

use super::{House, turn};

/// A video and what is to become of it.
struct Case {
    source: PathBuf,
    /// Width and height as shown; none where the video is left alone.
    size: Option<(u64, u64)>,
    audio: Option<&'static str>,
    rotation: i64,
}

/// What ffmpeg is told, and what must come out.
type Row = (
    &'static str,
    &'static str,
    bool,
    &'static [&'static str],
    Option<(u64, u64)>,
    Option<&'static str>,
    i64,
);

const ROWS: [Row; 9] = [
    (
        "fine.mp4",
        "320x240",
        true,
        &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"],
        None,
        None,
        0,
    ),
    (
        "hevc.mp4",
        "320x240",
        true,
        &[
            "-c:v",
            "libx265",
            "-x265-params",
            "log-level=none",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "aac",
        ],
        Some((320, 240)),
        Some("aac"),
        0,
    ),
    (
        "vp9.webm",
        "320x240",
        true,
        &[
            "-c:v",
            "libvpx-vp9",
            "-deadline",
            "realtime",
            "-c:a",
            "libopus",
            "-pix_fmt",
            "yuv420p",
        ],
        Some((320, 240)),
        Some("opus"),
        0,
    ),
    (
        "prores.mov",
        "320x240",
        true,
        &["-c:v", "prores", "-c:a", "pcm_s16le"],
        Some((320, 240)),
        Some("aac"),
        0,
    ),
    (
        "ten-bit.mp4",
        "320x240",
        false,
        &["-c:v", "libx264", "-pix_fmt", "yuv420p10le"],
        Some((320, 240)),
        None,
        0,
    ),
    (
        "stream.ts",
        "320x240",
        true,
        &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "2", "-c:a", "aac"],
        Some((320, 240)),
        Some("aac"),
        0,
    ),
    (
        "odd.avi",
        "321x241",
        false,
        &["-c:v", "mjpeg", "-pix_fmt", "yuvj444p"],
        Some((320, 240)),
        None,
        0,
    ),
    (
        "turned.mov",
        "320x240",
        false,
        &["-c:v", "mpeg4"],
        Some((240, 320)),
        None,
        0,
    ),
    (
        "large.mov",
        "1280x960",
        false,
        &["-c:v", "mpeg4"],
        Some((960, 720)),
        None,
        0,
    ),
];

fn stream<'a>(probed: &'a Value, kind: &str) -> Option<&'a Value> {
    let mut streams = probed["streams"].as_array()?.iter();
    streams.find(|stream| stream["codec_type"] == kind)
}

fn rotation(stream: &Value) -> i64 {
    let side = stream["side_data_list"].as_array();
    side.and_then(|list| list.iter().find_map(|data| data["rotation"].as_i64()))
        .unwrap_or(0)
}

fn seconds(probed: &Value) -> f64 {
    probed["format"]["duration"].as_str().unwrap().parse().unwrap()
}

/// Holds a result to what was wanted.
fn judge(case: &Case, made: &Path) {
    let name = case.source.display();
    let (probed, source) = (video::ffprobe(made).unwrap(), video::ffprobe(&case.source).unwrap());
    let picture = stream(&probed, "video").unwrap();
    assert_eq!(picture["codec_name"], "h264", "{name}");
    let pixels = picture["pix_fmt"].as_str().unwrap();
    assert!(pixels.ends_with("420p"), "{name}: {pixels}");
    let size = (picture["width"].as_u64().unwrap(), picture["height"].as_u64().unwrap());
    assert_eq!(Some(size), case.size, "{name}");
    assert_eq!(rotation(picture), case.rotation, "{name}");
    let sound = stream(&probed, "audio").map(|stream| stream["codec_name"].as_str().unwrap().to_owned());
    assert_eq!(sound.as_deref(), case.audio, "{name}");
    let (made_seconds, whole) = (seconds(&probed), seconds(&source));
    assert!(
        (made_seconds - whole).abs() < 0.3,
        "{name}: {made_seconds} s of {whole} s"
    );
    let boxes = video::boxes(made).unwrap();
    let place = |wanted: &str| boxes.iter().position(|name| name == wanted);
    assert!(
        place("moov") < place("mdat") && place("mdat").is_some(),
        "{name}: {boxes:?}"
    );
    assert!(
        !boxes.iter().any(|name| name == "uuid"),
        "{name}: metadata in {boxes:?}"
    );
    video::decode_all(made).unwrap();
}

#[tokio::test]
async fn every_kind_of_video_becomes_playable() {
    let house = House::open(2, &[]).await.unwrap();
    let mut cases = Vec::new();
    for (name, size, has_tone, encoding, result, audio, rotation) in ROWS {
        let source = house.clip(name, size, 2, has_tone, encoding).unwrap();
        if name.starts_with("turned") {
            turn(&source).unwrap();
        }
        cases.push(Case {
            source,
            size: result,
            audio,
            rotation,
        });
    }
    if let Some(media) = test_media() {
        cases.push(Case {
            source: media.join("videos/bikes-mpeg4.mov"),
            size: Some((640, 272)),
            audio: None,
            rotation: 0,
        });
    }
    let mut assets = Vec::new();
    for case in &cases {
        assets.push(house.upload(&case.source).await.unwrap());
    }
    house.idle().await.unwrap();
    let parked = "select coalesce(string_agg(history::text, ' '), '') from job where state = 'parked'";
    assert_eq!(house.text(parked).await.unwrap(), "", "nothing was given up");
    for (case, asset) in cases.iter().zip(&assets) {
        let made = house.encoded(asset).await.unwrap();
        assert_eq!(made.is_some(), case.size.is_some(), "{}", case.source.display());
        if let Some(made) = &made {
            judge(case, made);
        }
    }
    let wanted = cases.iter().filter(|case| case.size.is_some()).count();
    assert_eq!(
        house.made().len(),
        wanted,
        "one file each and nothing else: {:?}",
        house.made()
    );

    let (case, asset) = cases
        .iter()
        .zip(&assets)
        .find(|(case, _)| case.source.ends_with("large.mov"))
        .unwrap();
    let made = house.encoded(asset).await.unwrap().unwrap();
    let likeness = video::ssim(&case.source, &made).unwrap();
    assert!(likeness > 0.95, "as alike as {likeness}");
    let played = house
        .admin
        .get(&format!("/api/assets/{asset}/video/playback"))
        .await
        .unwrap();
    assert_eq!(played.expect(200).unwrap().body, std::fs::read(&made).unwrap());
}
