//! ffmpeg's opinion on videos that a worker made.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Decodes a whole video.
///
/// # Errors
/// ffmpeg has something to complain about.
pub fn decode_all(path: &Path) -> Result<()> {
    let mut command = Command::new("ffmpeg");
    command
        .args(["-v", "error", "-nostdin", "-i"])
        .arg(path)
        .args(["-f", "null", "-"]);
    let output = command
        .output()
        .context("ffmpeg cannot be run: deploy/bootstrap install test")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success() && said.is_empty(), "ffmpeg: {said}");
    Ok(())
}

/// What ffprobe says of a file: its format and streams.
///
/// # Errors
/// It is no media file.
pub fn ffprobe(path: &Path) -> Result<Value> {
    let mut command = Command::new("ffprobe");
    command
        .args(["-v", "error", "-show_format", "-show_streams", "-of", "json"])
        .arg(path);
    let output = command
        .output()
        .context("ffprobe cannot be run: deploy/bootstrap install test")?;
    ensure!(
        output.status.success(),
        "ffprobe: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// How alike two videos of one length are, frame by frame: 1 is the same. The first is scaled to the size of the second.
///
/// # Errors
/// ffmpeg cannot read one of them.
pub fn ssim(one: &Path, other: &Path) -> Result<f64> {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-i"]).arg(one).arg("-i").arg(other);
    command.args([
        "-lavfi",
        "[0:v][1:v]scale2ref=flags=bicubic[a][b];[a][b]ssim",
        "-f",
        "null",
        "-",
    ]);
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let all = said.rsplit_once("All:").with_context(|| said.clone().into_owned())?.1;
    Ok(all.split_whitespace().next().unwrap_or_default().parse()?)
}

/// How bright the first picture is in the mean, as it is coded.
///
/// # Errors
/// ffmpeg cannot read it.
pub fn brightness(path: &Path) -> Result<f64> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-i"]).arg(path);
    let filter = "signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-";
    command.args(["-frames:v", "1", "-vf", filter, "-f", "null", "-"]);
    let said = String::from_utf8(command.output()?.stdout)?;
    let value = said.rsplit_once("YAVG=").with_context(|| said.clone())?.1;
    Ok(value.trim().parse()?)
}

/// The names of the boxes of an MP4 at its top.
///
/// # Errors
/// The file cannot be read.
pub fn boxes(path: &Path) -> Result<Vec<String>> {
    let bytes = std::fs::read(path)?;
    let mut names = Vec::new();
    let mut rest = bytes.as_slice();
    while let Some(&[a, b, c, d, ref name @ ..]) = rest.first_chunk::<8>() {
        names.push(String::from_utf8_lossy(name).into_owned());
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d]))?;
        ensure!(length >= 8, "a box of {length} bytes");
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(names)
}

/// The bytes of the first box of this name at the top of an MP4.
///
/// # Errors
/// The file cannot be read, or has none.
pub fn length_of_box(path: &Path, name: &str) -> Result<u64> {
    let bytes = std::fs::read(path)?;
    let mut rest = bytes.as_slice();
    while let Some(&[a, b, c, d, ref found @ ..]) = rest.first_chunk::<8>() {
        let length = u32::from_be_bytes([a, b, c, d]);
        if found == name.as_bytes() {
            return Ok(length.into());
        }
        ensure!(length >= 8, "a box of {length} bytes");
        rest = rest.get(usize::try_from(length)?..).unwrap_or_default();
    }
    anyhow::bail!("no box {name}")
}
