//! The films that others found to fail, each of which stands for a kind.

use safelight_tests::media::cases;

use super::House;
use super::judge::{pictures, seconds, sound};

/// A film, how many pictures are shown, for how many seconds it is told to last, and how long its sound is; nothing for what is not made
/// playable.
type Row = (&'static str, usize, f64, f64);

const ROWS: [Row; 33] = [
    ("01-dvd-b-frames.vob", 50, 2.0, 2.0),
    ("02-xvid-b-frames.avi", 50, 2.0, 2.0),
    ("03-ts-h264-no-pts.ts", 22, 0.92, 0.93),
    ("04-flv-h264-aac.flv", 50, 2.0, 2.0),
    ("05-h264-in-avi.avi", 50, 2.0, 2.0),
    ("06-trimmed-remux.mov", 105, 3.5, 3.5),
    ("07-trimmed-encode.mp4", 65, 2.6, 2.6),
    ("08-sound-late-11khz.mov", 24, 2.0, 2.0),
    ("09-starts-at-5s.mkv", 50, 2.0, 2.0),
    ("10-turned-sd-colours.mp4", 15, 1.0, 0.0),
    ("11-avchd-summer-time.mts", 0, 0.0, 0.0),
    ("12-fragmented-duration.mp4", 120, 4.05, 4.05),
    ("13-ts-clock-wraps.ts", 100, 4.03, 4.03),
    ("14-ts-two-joined.ts", 150, 5.03, 5.03),
    ("15-ts-starts-mid-gop.ts", 75, 5.03, 5.03),
    ("16-pcm-5.1.mov", 50, 2.0, 1.0),
    ("17-pcm-float.mov", 50, 2.0, 2.0),
    ("18-pcm-32bit-le.mov", 50, 2.0, 2.0),
    ("19-adpcm-mono.avi", 36, 3.0, 3.0),
    ("20-apac-first.mov", 30, 1.0, 1.0),
    ("21-mpeg-sound-first.mpg", 75, 3.0, 3.0),
    ("22-one-frame.mov", 1, 0.04, 0.0),
    ("23-14x14.mp4", 25, 1.0, 0.0),
    ("24-raw-rgb.avi", 10, 1.0, 0.0),
    ("25-mkv-vobsub.mkv", 30, 1.0, 1.0),
    ("26-mp4-vobsub.mp4", 30, 1.0, 1.0),
    ("27-dnxhr.mov", 5, 0.2, 0.0),
    ("28-magicyuv.mkv", 10, 1.03, 1.03),
    ("29-vp9-rgb.webm", 10, 1.0, 0.0),
    ("30-cut-off-hevc.mp4", 91, 3.05, 3.0),
    ("31-mp4-ipcm.mp4", 30, 1.05, 1.05),
    ("32-flv-nelly.flv", 50, 2.0, 2.0),
    ("33-mp4-empty-edit-30s.mp4", 50, 2.0, 2.0),
];

/// How far a duration may be from what it should be, in seconds.
const NEAR: f64 = 0.1;

#[tokio::test]
async fn each_film_comes_out_as_it_is() {
    let Some(folder) = cases() else { return };
    let house = House::open(2, &[]).await.unwrap();
    let mut uploaded = Vec::new();
    for row in ROWS {
        uploaded.push((row, house.upload(&folder.join("films").join(row.0)).await.unwrap()));
    }
    house.idle().await.unwrap();
    let mut faults = Vec::new();
    for ((name, count, long, heard), asset) in uploaded {
        let made = house.encoded(&asset).await.unwrap();
        let parked =
            format!("select coalesce(string_agg(history::text, ' '), '') from job where dedup_key = '{asset}'");
        let parked = house.text(&parked).await.unwrap();
        let told = house.admin.get_json(&format!("/api/assets/{asset}")).await.unwrap();
        if count == 0 {
            let tries = parked.matches("\"reason\"").count();
            if made.is_some() || !parked.contains("no picture of the video can be decoded") || tries > 2 {
                faults.push(format!("{name}: {made:?} {parked}"));
            }
            continue;
        }
        let source = folder.join("films").join(name);
        let played = made.unwrap_or_else(|| source.clone());
        let shown = pictures(&played).unwrap().len();
        let sounds = sound(&["-i", played.to_str().unwrap()]).unwrap();
        let duration = told["duration"].as_f64().unwrap_or_default() / 1_000.0;
        let is_good = parked.is_empty()
            && shown == count
            && (seconds(&sounds) - heard).abs() < NEAR
            && (duration - long).abs() < NEAR
            && told["thumbhash"].is_string();
        if !is_good {
            faults.push(format!(
                "{name}: {shown} pictures, {} s of sound, {duration} s told, {parked}",
                seconds(&sounds)
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
