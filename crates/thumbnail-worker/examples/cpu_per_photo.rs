//! Prints the CPU time one photo costs: `cargo run --profile release -p thumbnail-worker --example cpu_per_photo [file ...]`.
//! Without files a picture of 12 megapixels is made.
#![allow(clippy::print_stdout, reason = "it is what the program is for")]

use std::fs;

use anyhow::Context as _;
use thumbnail_worker::pipeline::{Limits, PictureOptions, prepare};

/// Runs per photo; the fastest counts, the others waited for the machine.
const RUNS: u32 = 5;

fn main() -> anyhow::Result<()> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        measure("4000 x 3000 generated", &generated(4000, 3000)?)?;
    }
    for file in files {
        measure(&file, &fs::read(&file).with_context(|| file.clone())?)?;
    }
    Ok(())
}

fn measure(name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let options = PictureOptions::default();
    let mut best = u64::MAX;
    let mut written = (0, 0);
    for _ in 0..RUNS {
        let before = cpu_nanoseconds()?;
        let pictures = prepare(bytes, name, &options, &Limits::default())?.render(&options, &|| false)?;
        best = best.min(cpu_nanoseconds()? - before);
        written = (pictures.preview.bytes.len(), pictures.thumbnail.bytes.len());
    }
    println!(
        "{name}: {} CPU-ms, preview {} bytes, thumbnail {} bytes",
        best / 1_000_000,
        written.0,
        written.1
    );
    Ok(())
}

/// CPU time of this thread so far, from the kernel's scheduler.
fn cpu_nanoseconds() -> anyhow::Result<u64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    text.split(' ')
        .next()
        .and_then(|first| first.parse().ok())
        .context("the kernel does not tell CPU time")
}

/// Waves and noise, about as hard to compress as a photo.
fn generated(width: usize, height: usize) -> anyhow::Result<Vec<u8>> {
    let mut pixels = vec![0; width * height * 3];
    let mut noise = 1_u32;
    for (at, sample) in pixels.iter_mut().enumerate() {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (x, y) = (at / 3 % width, at / 3 / width);
        let wave = (x / 7 + y / 5 * (at % 3 + 1) / 2) % 255;
        *sample = u8::try_from((wave + usize::try_from(noise >> 28)?).min(255))?;
    }
    let mut compressor = turbojpeg::Compressor::new()?;
    compressor.set_quality(90)?;
    compressor.set_subsamp(turbojpeg::Subsamp::Sub2x2)?;
    let format = turbojpeg::PixelFormat::RGB;
    Ok(compressor.compress_to_vec(turbojpeg::Image {
        pixels: &pixels[..],
        width,
        pitch: width * 3,
        height,
        format,
    })?)
}
