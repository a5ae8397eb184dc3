//! Films that are made of the same pictures and the same tone, and held to them.

use std::path::{Path, PathBuf};

use safelight_tests::media::{film, video};
use serde_json::Value;

use super::House;
use super::judge::{lag, pictures, seconds, sound};

/// A tone that rises, so that it is alike to itself in one place only.
const TONE: &str = "aevalsrc=0.5*sin(2*PI*(300+200*t)*t):d=2:s=48000";

/// Two seconds of pictures that move.
const PICTURE: &str = "testsrc2=size=256x128:rate=25:duration=2";

/// How far sound may be from its place, in seconds.
pub(super) const NEAR: f64 = 0.05;

/// The name of a film, how it is made of [`PICTURE`] and [`TONE`], the codec of the sound that is to come out, and how many pictures.
pub(super) type Row = (&'static str, &'static str, &'static str, usize);

pub(super) fn make(name: &str, more: &[&str], encoding: &str) -> Vec<u8> {
    let mut arguments = vec!["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE];
    arguments.extend(more);
    arguments.extend(encoding.split(' '));
    film(name, &arguments).unwrap()
}

/// Where an asset's playable film is: what was made, or the original where that is played as it is.
pub(super) async fn played(house: &House, asset: &str, source: &Path) -> PathBuf {
    house.encoded(asset).await.unwrap().unwrap_or_else(|| source.to_owned())
}

pub(super) async fn told(house: &House, asset: &str) -> Value {
    house.admin.get_json(&format!("/api/assets/{asset}")).await.unwrap()
}

/// Nothing was given up.
pub(super) async fn all_done(house: &House) {
    house.idle().await.unwrap();
    let parked = "select coalesce(string_agg(history::text, ' '), '') from job where state = 'parked'";
    assert_eq!(house.text(parked).await.unwrap(), "", "nothing was given up");
}

/// Has each film made playable, those that are made of the pictures and the tone and `others`, and looks whether all pictures and all of the
/// sound are there, in their places. Answers with the system, the assets and their files.
pub(super) async fn hold(rows: &[Row], others: &[(Row, Vec<u8>)]) -> (House, Vec<(String, PathBuf)>) {
    let house = House::open(2, &[]).await.unwrap();
    let mut uploaded = Vec::new();
    for row in rows.iter().chain(others.iter().map(|(row, _)| row)) {
        let (name, encoding, ..) = *row;
        let other = others.iter().find(|(other, _)| other.0 == name);
        let bytes = other.map_or_else(|| make(name, &[], encoding), |(_, bytes)| bytes.clone());
        let source = house.system.folder().join(name);
        std::fs::write(&source, bytes).unwrap();
        uploaded.push((row, house.upload(&source).await.unwrap(), source));
    }
    all_done(&house).await;
    let tone = sound(&["-f", "lavfi", "-i", TONE]).unwrap();
    let mut faults = Vec::new();
    for (row, asset, source) in &uploaded {
        faults.extend(fault(&house, row, asset, source, &tone).await);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let uploaded = uploaded.into_iter().map(|(_, asset, source)| (asset, source));
    (house, uploaded.collect())
}

/// What is wrong with what became of a film; nothing where it is as it should be.
async fn fault(house: &House, row: &Row, asset: &str, source: &Path, tone: &[f32]) -> Option<String> {
    let (name, _, codec, count) = *row;
    let made = played(house, asset, source).await;
    let shown = pictures(&made).unwrap();
    let heard = sound(&["-i", made.to_str().unwrap()]).unwrap();
    let (later, alike) = lag(&heard, tone).unwrap();
    let begins = shown.first().copied().unwrap_or(9.0);
    let probed = video::ffprobe(&made).unwrap();
    let streams = probed["streams"].as_array().unwrap();
    let heard_as = streams.iter().find(|stream| stream["codec_type"] == "audio").unwrap()["codec_name"].clone();
    let duration = told(house, asset).await["duration"].as_f64().unwrap() / 1_000.0;
    let is_good = shown.len() == count
        && (later - begins).abs() < NEAR
        && alike > 0.9
        && heard_as == codec
        && (seconds(&heard) - 2.0).abs() < 0.15
        && (duration - 2.0).abs() < 0.15
        && streams.len() == 2;
    (!is_good).then(|| {
        format!(
            "{name}: {} pictures from {begins} s, {heard_as} {later} s late and {alike} alike, {} s, {duration} s told",
            shown.len(),
            seconds(&heard)
        )
    })
}
