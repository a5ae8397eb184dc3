//! Sound whose clock does not run as that of the pictures does: at the end it is still where it belongs.

use std::path::Path;

use safelight_tests::media::{film, video};

use super::House;
use super::judge::{number, sound};
use super::rows::{all_done, told};

/// Seconds of a film.
const LONG: u32 = 30;

/// How far sound may be from its place, in seconds.
const NEAR: f64 = 0.05;

/// Samples of the sound that is compared, in a second.
const RATE: usize = 4_000;

/// When it begins to tick, in seconds, once for each second.
fn ticks(path: &Path) -> Vec<f64> {
    let heard = sound(&["-i", path.to_str().unwrap()]).unwrap();
    let mut found: Vec<usize> = Vec::new();
    for (at, sample) in heard.iter().enumerate() {
        if sample.abs() > 0.1 && found.last().is_none_or(|last| at > last + RATE / 2) {
            found.push(at);
        }
    }
    found.into_iter().map(|at| number(at) / number(RATE)).collect()
}

#[tokio::test]
async fn sound_that_drifts_is_where_it_belongs_at_the_end() {
    let house = House::open(2, &[]).await.unwrap();
    let folder = house.system.folder().to_owned();
    let picture = format!("testsrc2=size=64x48:rate=25:duration={LONG}");
    // A tick of 50 ms in the middle of each second.
    let ticks_of = format!("aevalsrc=0.8*sin(2*PI*1000*t)*between(mod(t\\,1)\\,0.5\\,0.55):d={LONG}:s=48000");
    let clock = folder.join("clock.mka");
    let mut uploaded = Vec::new();
    for (name, codec, by) in [
        ("taken-over.mkv", "aac", 1.005),
        ("encoded.mkv", "flac", 1.005),
        ("behind.mkv", "flac", 0.996),
    ] {
        std::fs::write(
            &clock,
            film("clock.mka", &["-f", "lavfi", "-i", &ticks_of, "-c:a", codec]).unwrap(),
        )
        .unwrap();
        let scale = by.to_string();
        let source = folder.join(name);
        let arguments = [
            "-f",
            "lavfi",
            "-i",
            &picture,
            "-itsscale",
            &scale,
            "-i",
            clock.to_str().unwrap(),
            "-c:v",
            "mpeg4",
            "-c:a",
            "copy",
        ];
        std::fs::write(&source, film(name, &arguments).unwrap()).unwrap();
        uploaded.push((name, by, house.upload(&source).await.unwrap()));
    }
    all_done(&house).await;
    for (name, by, asset) in uploaded {
        let made = house.encoded(&asset).await.unwrap().unwrap();
        let found = ticks(&made);
        assert_eq!(found.len(), usize::try_from(LONG).unwrap(), "{name}: {found:?}");
        for (index, at) in found.iter().enumerate() {
            let wanted = (number(index) + 0.5) * by;
            assert!(
                (at - wanted).abs() < NEAR,
                "{name}: {at} s instead of {wanted} s, of {found:?}"
            );
        }
        let probed = video::ffprobe(&made).unwrap();
        let heard: f64 = probed["streams"][1]["duration"].as_str().unwrap().parse().unwrap();
        let wanted = f64::from(LONG) * by;
        assert!((heard - wanted).abs() < 0.1, "{name}: {heard} s of sound");
        let duration = told(&house, &asset).await["duration"].as_f64().unwrap() / 1_000.0;
        assert!(
            (duration - wanted.max(f64::from(LONG))).abs() < 0.1,
            "{name}: {duration} s told"
        );
    }
}
