//! What reading the tags of a photo costs, by the three ways to run `ExifTool`: one process that reads file after file and may
//! open anything, a process for each file, and the worker's own, a closed fork for each file of a program that is loaded once.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

use super::Table;
use super::usage::{count, cpu_seconds};
use crate::{binaries, media};

/// Photos read by each way that pays its start once.
const FILES: usize = 400;
/// Photos read by a process each.
const PROCESSES: usize = 40;

/// What a phone writes into a photo, or near enough.
const TAGS: [&str; 16] = [
    "-Make=Maker",
    "-Model=Phone 12",
    "-LensModel=Phone 12 back camera 4.2mm f/1.6",
    "-FNumber=1.6",
    "-ExposureTime=1/120",
    "-ISO=64",
    "-FocalLength=4.2",
    "-DateTimeOriginal=2024:05:17 18:31:07",
    "-CreateDate=2024:05:17 18:31:07",
    "-OffsetTimeOriginal=+02:00",
    "-SubSecTimeOriginal=123",
    "-GPSLatitude=48.137",
    "-GPSLongitude=11.575",
    "-XMP-xmp:Rating=4",
    "-XMP-dc:Description=A lake",
    "-IPTC:Caption-Abstract=A lake",
];

/// Seconds of wall and processor time.
#[derive(Clone, Copy)]
struct Cost {
    wall: f64,
    cpu: f64,
}

impl Cost {
    /// What each of so many files cost, without what one alone did: the start.
    fn of_each(self, files: usize, one: Self) -> Self {
        let share = |all: f64, one: f64| (all - one) / count(files - 1);
        Self {
            wall: share(self.wall, one.wall),
            cpu: share(self.cpu, one.cpu),
        }
    }
}

pub(super) async fn run() -> Result<Table> {
    tokio::task::spawn_blocking(measure).await?
}

fn measure() -> Result<Table> {
    let folder = tempfile::tempdir()?;
    let photos = photos(folder.path())?;
    let (one, few) = (
        photos.first().context("a photo")?,
        photos.get(..PROCESSES).unwrap_or_default(),
    );
    let exiftool = || {
        let mut command = Command::new("exiftool");
        command.args(["-json", "-G1", "-use", "MWG"]);
        command
    };
    let worker = binaries::path("metadata-worker")?;
    let ours = || {
        let mut command = Command::new(&worker);
        command.arg("tags");
        command
    };
    let kept = cost(exiftool().args(&photos))?.of_each(FILES, cost(exiftool().arg(one))?);
    let forked = cost(ours().args(&photos))?.of_each(FILES, cost(ours().arg(one))?);
    let mut each = Cost { wall: 0.0, cpu: 0.0 };
    for photo in few {
        let cost = cost(exiftool().arg(photo))?;
        each.wall += cost.wall / count(PROCESSES);
        each.cpu += cost.cpu / count(PROCESSES);
    }
    let mut table = Table::with_columns(
        &format!("Tags of a photo, one after the other ({FILES} photos; {PROCESSES} for a process each)"),
        &[
            "way",
            "processor time per file",
            "wall time per file",
            "what it may open",
        ],
    );
    for (way, cost, opens) in [
        ("one process for all files", &kept, "everything that the worker may"),
        (
            "a process for each file",
            &each,
            "everything, or its file where it is closed in",
        ),
        ("a fork for each file (the worker)", &forked, "its file"),
    ] {
        let milliseconds = |seconds: f64| format!("{:.1} ms", seconds * 1e3);
        table.cells([
            way.to_owned(),
            milliseconds(cost.cpu),
            milliseconds(cost.wall),
            opens.to_owned(),
        ]);
    }
    Ok(table)
}

/// Copies of one photo.
fn photos(folder: &Path) -> Result<Vec<PathBuf>> {
    let first = folder.join("0.jpg");
    std::fs::write(&first, media::jpeg_sized(1_200, 900))?;
    let written = Command::new("exiftool")
        .args(["-q", "-n", "-overwrite_original"])
        .args(TAGS)
        .arg(&first)
        .status()?;
    ensure!(written.success(), "the photo has no tags");
    let mut photos = vec![first.clone()];
    for number in 1..FILES {
        let copy = folder.join(format!("{number}.jpg"));
        std::fs::copy(&first, &copy)?;
        photos.push(copy);
    }
    Ok(photos)
}

/// Runs a command to its end.
fn cost(command: &mut Command) -> Result<Cost> {
    let before = cpu_seconds(std::process::id())?;
    let begun = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    ensure!(command.status()?.success(), "{command:?} failed");
    Ok(Cost {
        wall: begun.elapsed().as_secs_f64(),
        cpu: cpu_seconds(std::process::id())? - before,
    })
}
