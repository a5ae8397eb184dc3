//! Videos made by ffmpeg, and ffmpeg's own view of a video.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// What the pictures of a made video show: bars that look otherwise when they are turned or mirrored.
pub const BARS: &str = "smptebars=rate=25";

/// Runs ffmpeg with these arguments and a file called `name` behind them, and gives the file.
///
/// # Errors
/// When ffmpeg is not there or refuses.
pub fn film(name: &str, arguments: &[&str]) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(name);
    ffmpeg(arguments, &file)?;
    Ok(std::fs::read(file)?)
}

/// A second of bars of that size, for [`film`]: `bars("320x240")` and the arguments of a codec.
pub fn bars(size: &str) -> Vec<String> {
    ["-f", "lavfi", "-i", &format!("{BARS}:size={size}:duration=1")]
        .map(str::to_owned)
        .to_vec()
}

/// The pictures that ffmpeg sees in the first seconds of a video, upright, with square pixels, two a second, all of one size.
///
/// # Errors
/// When ffmpeg sees none.
pub fn seen_by_ffmpeg(video: &[u8], extra: &str, (width, height): (u32, u32)) -> Result<Vec<image::RgbImage>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("video");
    std::fs::write(&file, video)?;
    let filter = format!("{extra}fps=12.5,format=rgb24,scale={width}:{height}:flags=area");
    let input = file.to_str().context("a folder that is not text")?;
    ffmpeg(
        &["-t", "3", "-i", input, "-an", "-vf", &filter],
        &folder.path().join("%04d.png"),
    )?;
    let mut pictures = Vec::new();
    for entry in std::fs::read_dir(folder.path())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "png") {
            pictures.push(image::open(path)?.to_rgb8());
        }
    }
    ensure!(!pictures.is_empty(), "ffmpeg sees nothing");
    Ok(pictures)
}

fn ffmpeg(arguments: &[&str], file: &Path) -> Result<()> {
    let output = Command::new("ffmpeg")
        .args(["-hide_banner", "-loglevel", "error", "-nostdin", "-y"])
        .args(arguments)
        .arg(file)
        .output()
        .context("ffmpeg cannot be run: deploy/bootstrap install test")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "ffmpeg {arguments:?}: {said}");
    Ok(())
}
