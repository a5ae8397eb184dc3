//! Films compared picture by picture and sample by sample, as ffmpeg decodes them.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// Samples in a second of the sound that is compared.
const RATE: usize = 4_000;

/// How far sound is looked for around its place, in samples: 0.3 s.
const AROUND: usize = RATE * 3 / 10;

/// When each picture is shown, in seconds from the beginning of the file.
pub(super) fn pictures(path: &Path) -> Result<Vec<f64>> {
    let told = Command::new("ffprobe")
        .args(["-v", "quiet", "-select_streams", "V:0", "-show_entries"])
        .args([
            "frame=best_effort_timestamp_time:format=start_time",
            "-of",
            "default=nw=1",
        ])
        .arg(path)
        .output()?;
    let told = String::from_utf8(told.stdout)?;
    let values = |name: &str| -> Vec<f64> {
        let lines = told.lines().filter_map(|line| line.strip_prefix(name));
        lines
            .filter_map(|text| text.trim_start_matches('=').parse().ok())
            .collect()
    };
    let start = values("start_time").first().copied().unwrap_or_default();
    Ok(values("best_effort_timestamp_time")
        .iter()
        .map(|time| time - start)
        .collect())
}

/// The sound of a file, mixed to one channel, silent until it begins; `input` may be more than one argument.
pub(super) fn sound(input: &[&str]) -> Result<Vec<f32>> {
    let told = Command::new("ffmpeg")
        .args(["-v", "quiet", "-nostdin"])
        .args(input)
        .args([
            "-vn",
            "-af",
            "aresample=async=1:first_pts=0",
            "-ac",
            "1",
            "-ar",
            &RATE.to_string(),
            "-f",
            "f32le",
            "-",
        ])
        .output()
        .context("ffmpeg cannot be run: deploy/bootstrap install test")?;
    let (samples, _) = told.stdout.as_chunks::<4>();
    Ok(samples.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}

/// How long that is, in seconds.
pub(super) fn seconds(sound: &[f32]) -> f64 {
    number(sound.len()) / number(RATE)
}

/// By how many seconds the first sound is later than the second where both are most alike, and how alike they are then: 1 is the same.
pub(super) fn lag(one: &[f32], other: &[f32]) -> Result<(f64, f64)> {
    let length = one.len().min(other.len());
    ensure!(length > 3 * AROUND, "only {length} samples");
    let middle = &other[AROUND..length - AROUND];
    let power = |samples: &[f32]| samples.iter().map(|value| f64::from(value * value)).sum::<f64>().sqrt();
    let alike = |shift: usize| {
        let moved = &one[shift..shift + middle.len()];
        let product: f64 = moved.iter().zip(middle).map(|(a, b)| f64::from(a * b)).sum();
        product / (power(moved) * power(middle)).max(1e-9)
    };
    let best = (0..=2 * AROUND)
        .map(|shift| (alike(shift), shift))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let (alike, shift) = best.context("nothing to compare")?;
    Ok(((number(shift) - number(AROUND)) / number(RATE), alike))
}

/// A count as a number to divide by.
pub(super) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}
