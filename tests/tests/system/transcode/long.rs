//! Films of hours: as long as they are, with an index and a memory that do not grow beyond what that takes.

use std::path::Path;

use safelight_tests::media::{film, video};

use super::House;
use super::judge::{lag, sound};
use super::rows::{all_done, told};

/// Hours of a film, where nobody asks for others.
const HOURS: u32 = 2;

/// Bytes of memory that making one may take; the programs themselves take most of it.
const MEMORY: &str = "768MiB";

/// The most bytes of the index for each picture and each piece of sound.
const OF_A_SAMPLE: u64 = 24;

fn hours() -> u32 {
    let told = std::env::var("SAFELIGHT_TEST_HOURS").ok();
    told.and_then(|hours| hours.parse().ok()).unwrap_or(HOURS)
}

/// The last seconds of the sound.
fn end(path: &Path, from: u32) -> Vec<f32> {
    sound(&["-ss", &from.to_string(), "-i", path.to_str().unwrap()]).unwrap()
}

#[tokio::test]
async fn films_of_hours_are_made_whole_in_little_memory() {
    let house = House::open(2, &[("SAFELIGHT_TRANSCODE_MEMORY", MEMORY)]).await.unwrap();
    let folder = house.system.folder().to_owned();
    let minutes = hours() * 60;
    let picture = "testsrc2=size=64x48:rate=1:duration=60";
    let tone = "aevalsrc=0.5*sin(2*PI*(300+5*t)*t):d=60:s=8000";
    let mut uploaded = Vec::new();
    for (name, codec) in [("taken-over.ts", "libx264"), ("encoded.mkv", "mpeg4")] {
        let minute = folder.join(format!("minute-{name}"));
        let arguments = [
            "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone, "-c:v", codec, "-pix_fmt", "yuv420p", "-g", "10",
            "-c:a", "aac",
        ];
        std::fs::write(&minute, film(name, &arguments).unwrap()).unwrap();
        let again = (minutes - 1).to_string();
        let source = folder.join(name);
        let arguments = ["-stream_loop", &again, "-i", minute.to_str().unwrap(), "-c", "copy"];
        std::fs::write(&source, film(name, &arguments).unwrap()).unwrap();
        uploaded.push((name, source.clone(), house.upload(&source).await.unwrap()));
    }
    all_done(&house).await;
    let seconds = f64::from(minutes * 60);
    for (name, source, asset) in uploaded {
        let duration = told(&house, &asset).await["duration"].as_f64().unwrap() / 1_000.0;
        // Rounding at each of the joints.
        let leeway = f64::from(minutes) * 0.15;
        assert!((duration - seconds).abs() < leeway, "{name}: {duration} s told");
        let made = house.encoded(&asset).await.unwrap().unwrap();
        let probed = video::ffprobe(&made).unwrap();
        let number = |value: &serde_json::Value| value.as_str().unwrap().parse::<f64>().unwrap();
        let whole = number(&probed["format"]["duration"]);
        assert!((whole - duration).abs() < 0.1, "{name}: {whole} s made of {duration} s");
        let mut samples = 0;
        for stream in probed["streams"].as_array().unwrap() {
            let length = number(&stream["duration"]);
            assert!(
                (length - duration).abs() < 2.0,
                "{name}: {length} s of {}",
                stream["codec_type"]
            );
            samples += stream["nb_frames"].as_str().unwrap().parse::<u64>().unwrap();
        }
        assert!(samples >= u64::from(minutes) * (60 + 460), "{name}: {samples} samples");
        let index = video::length_of_box(&made, "moov").unwrap();
        assert!(
            index < samples * OF_A_SAMPLE,
            "{name}: {index} bytes for {samples} samples"
        );
        let from = minutes * 60 - 20;
        let (later, alike) = lag(&end(&made, from), &end(&source, from)).unwrap();
        assert!(
            later.abs() < 0.05 && alike > 0.9,
            "{name}: {later} s late, {alike} alike"
        );
    }
}
