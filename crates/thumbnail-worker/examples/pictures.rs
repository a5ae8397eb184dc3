//! What the pictures of photos cost as the worker makes them, decoders in processes apart included, without a job, a database or
//! a store around them: the side of `just bench-images` that is ours. Prints one JSON object.

#![allow(clippy::print_stdout, reason = "a tool that prints its result")]

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow};
use clap::{Parser, ValueEnum};
use safelight_core::config::Env;
use safelight_core::jobs::JobError;
use serde_json::json;
use thumbnail_worker::config::PictureConfig;
use thumbnail_worker::maker::Maker;
use thumbnail_worker::pipeline::{Colourspace, PictureOptions, Pictures};
use thumbnail_worker::source::Source;
use tokio_util::sync::CancellationToken;

use self::usage::Usage;

#[path = "pictures/usage.rs"]
mod usage;

/// Makes the pictures of photos again and again, and tells what that costs.
#[derive(Debug, Parser)]
struct Cli {
    /// The thumbnail worker, which is its own decoder
    #[arg(long)]
    program: PathBuf,
    /// Photos at a time
    #[arg(long, default_value_t = 1)]
    slots: usize,
    /// Photos in all; the files take turns
    #[arg(long, default_value_t = 10)]
    count: usize,
    /// What wide pictures become
    #[arg(long, value_enum, default_value = "p3")]
    colourspace: Space,
    /// Where to write `<file name>/preview.jpg` and `<file name>/thumbnail.webp`
    #[arg(long)]
    out: Option<PathBuf>,
    /// Photos
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Space {
    Srgb,
    P3,
}

/// A file without a store.
struct OnDisk {
    file: File,
    length: u64,
}

impl OnDisk {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { file, length })
    }
}

impl Source for OnDisk {
    fn length(&self) -> u64 {
        self.length
    }

    async fn read_at(&mut self, offset: u64, count: usize) -> Result<Vec<u8>, JobError> {
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut block = vec![0; count.min(left)];
        let read = self.file.read_exact_at(&mut block, offset);
        read.map_err(|error| JobError::retry(error.to_string()))?;
        Ok(block)
    }
}

/// The worker without its job: an original on disk in, pictures out.
struct Studio {
    maker: Maker,
    options: PictureOptions,
    files: Vec<PathBuf>,
}

impl Studio {
    async fn make(&self, file: &Path) -> Result<Pictures> {
        let original = OnDisk::open(file).with_context(|| file.display().to_string())?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let made = self
            .maker
            .make(original, &name, self.options, &CancellationToken::new())
            .await;
        made.map_err(|error| anyhow!("{}: {error:?}", file.display()))
    }

    /// One of several that work side by side until `count` photos are done.
    async fn lane(&self, next: &AtomicUsize, count: usize) -> Result<()> {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let file = self.files.get(index % self.files.len().max(1));
            let Some(file) = file.filter(|_| index < count) else {
                return Ok(());
            };
            self.make(file).await?;
        }
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let studio = Arc::new(Studio {
        maker: Maker::new(PictureConfig::from_env(&Env::of::<&str, &str>([]))?, cli.program),
        options: PictureOptions {
            colourspace: match cli.colourspace {
                Space::Srgb => Colourspace::Srgb,
                Space::P3 => Colourspace::P3,
            },
            ..PictureOptions::default()
        },
        files: cli.files,
    });
    // The first photo of every file is made before the clock starts: libraries are loaded, a decoder has started.
    let (mut preview, mut thumbnail) = (0, 0);
    for file in &studio.files {
        let pictures = studio.make(file).await?;
        preview += pictures.preview.bytes.len();
        thumbnail += pictures.thumbnail.bytes.len();
        if let Some(out) = &cli.out {
            write(&out.join(file.file_name().unwrap_or_default()), &pictures)?;
        }
    }

    let (before, begun) = (Usage::now()?, Instant::now());
    let next = Arc::new(AtomicUsize::new(0));
    let lanes: Vec<_> = (0..cli.slots)
        .map(|_| {
            let (studio, next) = (Arc::clone(&studio), Arc::clone(&next));
            tokio::spawn(async move { studio.lane(&next, cli.count).await })
        })
        .collect();
    for lane in lanes {
        lane.await??;
    }
    let (wall, after) = (begun.elapsed(), Usage::now()?);

    let count = f64::from(u32::try_from(cli.count)?);
    let result = json!({
        "cpuMsPerPhoto": after.cpu.saturating_sub(before.cpu).as_secs_f64() * 1e3 / count,
        "decoderMsPerPhoto": after.children.saturating_sub(before.children).as_secs_f64() * 1e3 / count,
        "photosPerSecond": count / wall.as_secs_f64(),
        "peakMemory": after.peak_memory,
        "previewBytes": preview,
        "thumbnailBytes": thumbnail,
    });
    println!("{result}");
    Ok(())
}

fn write(folder: &Path, pictures: &Pictures) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    std::fs::write(folder.join("preview.jpg"), &pictures.preview.bytes)?;
    std::fs::write(folder.join("thumbnail.webp"), &pictures.thumbnail.bytes)?;
    Ok(())
}
