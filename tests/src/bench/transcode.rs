//! Transcoding by the worker against ffmpeg with the same encoder settings.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use super::Table;
use super::peer::output;
use super::usage::{cpu_of, cpu_seconds, float};
use crate::client::{Client, NewUpload};
use crate::system::{Kind, TestSystem};

const SECONDS: u32 = 30;
const PATIENCE: Duration = Duration::from_secs(900);

pub(super) async fn run() -> Result<Table> {
    let workers = [Kind::MetadataWorker, Kind::ThumbnailWorker, Kind::TranscodeWorker];
    let system = TestSystem::builder().durable().workers(&workers).start().await?;
    let admin = system.client().sign_up_admin().await?;
    policy(&admin, "optimal").await?;
    let clip = system.folder().join("clip.mp4");
    make_clip(&clip, "libx264", SECONDS)?;

    let worker = system.service(Kind::TranscodeWorker, 0)?;
    pause(&admin, true).await?;
    let asset = admin.upload(&NewUpload::new("clip.mp4", std::fs::read(&clip)?)).await?;
    crate::wait::wait_until_for(PATIENCE, "the video waits for its turn", || async {
        let jobs = admin.get("/api/jobs").await?.ok()?.json()?;
        let paused = jobs.pointer("/videoConversion/jobCounts/paused");
        Ok(paused.and_then(Value::as_u64) == Some(1))
    })
    .await?;
    let (before, begun) = (cpu_of(&worker)?, Instant::now());
    pause(&admin, false).await?;
    system.queues_idle(&admin, PATIENCE).await?;
    let (wall, cpu) = (begun.elapsed().as_secs_f64(), cpu_of(&worker)? - before);
    let ours = system.folder().join("ours.mp4");
    let playback = format!("/api/assets/{}/video/playback", asset.id);
    std::fs::write(&ours, admin.get(&playback).await?.ok()?.body)?;

    let theirs = system.folder().join("theirs.mp4");
    let (peer_before, begun) = (cpu_seconds(std::process::id())?, Instant::now());
    ffmpeg(&[
        "-i",
        &text(&clip),
        "-vf",
        "scale=-2:720:flags=bicubic",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-crf",
        "23",
        "-c:a",
        "copy",
        "-movflags",
        "+faststart",
        &text(&theirs),
    ])?;
    let peer_wall = begun.elapsed().as_secs_f64();
    let peer_cpu = cpu_seconds(std::process::id())? - peer_before;

    let mut table = Table::new(&format!(
        "Transcode: {SECONDS} s of 1080p30 H.264 to 720p, x264 ultrafast, crf 23"
    ));
    table.against(
        "CPU time, probe of the result included",
        format!("{cpu:.1} s"),
        format!("ffmpeg: {peer_cpu:.1} s, ratio {:.2}", cpu / peer_cpu),
    );
    table.against("wall time", format!("{wall:.1} s"), format!("ffmpeg: {peer_wall:.1} s"));
    let (size, peer_size) = (std::fs::metadata(&ours)?.len(), std::fs::metadata(&theirs)?.len());
    table.against(
        "size",
        format!("{:.2} MB", float(size) / 1e6),
        format!("ffmpeg: {:.2} MB", float(peer_size) / 1e6),
    );
    table.against(
        "PSNR (Y) against the source, scaled bicubically",
        format!("{} dB", psnr(&ours, &clip)?),
        format!("ffmpeg: {} dB", psnr(&theirs, &clip)?),
    );
    Ok(table)
}

/// Makes a moving, noisy clip of 1080p30 with a tone.
///
/// # Errors
/// When there is no ffmpeg.
pub(super) fn make_clip(path: &Path, codec: &str, seconds: u32) -> Result<()> {
    let picture = format!("testsrc2=size=1920x1080:rate=30:duration={seconds},noise=alls=12:allf=t");
    let tone = format!("sine=frequency=440:duration={seconds}");
    ffmpeg(&[
        "-f",
        "lavfi",
        "-i",
        &picture,
        "-f",
        "lavfi",
        "-i",
        &tone,
        "-c:v",
        codec,
        "-b:v",
        "12M",
        "-preset",
        "veryfast",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        "-shortest",
        &text(path),
    ])
}

/// The middle of the ratios of all frames, from what ffmpeg's filter prints at its end.
fn psnr(result: &Path, source: &Path) -> Result<String> {
    let filter = "[0:v]setpts=N/30/TB[a];[1:v]scale=-2:720:flags=bicubic,setpts=N/30/TB[b];[a][b]psnr";
    let mut command = Command::new("ffmpeg");
    command.args([
        "-hide_banner",
        "-i",
        &text(result),
        "-i",
        &text(source),
        "-lavfi",
        filter,
        "-f",
        "null",
        "-",
    ]);
    let said = command.output().context("cannot run ffmpeg")?.stderr;
    let said = String::from_utf8_lossy(&said).into_owned();
    let figure = said
        .split("PSNR y:")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next());
    Ok(figure.with_context(|| format!("no PSNR in {said}"))?.to_owned())
}

fn ffmpeg(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("ffmpeg");
    command
        .args(["-hide_banner", "-loglevel", "error", "-nostdin", "-y"])
        .args(arguments);
    output(&mut command).map(drop)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

async fn pause(admin: &Client, paused: bool) -> Result<()> {
    let body = serde_json::json!({"isPaused": paused});
    admin.put("/api/queues/videoConversion", &body).await?.ok()?;
    Ok(())
}

async fn policy(admin: &Client, word: &str) -> Result<()> {
    let mut config = admin.get("/api/system-config").await?.ok()?.json()?;
    let policy = config
        .pointer_mut("/ffmpeg/transcode")
        .context("no policy in the settings")?;
    *policy = word.into();
    admin.put("/api/system-config", &config).await?.ok()?;
    Ok(())
}
