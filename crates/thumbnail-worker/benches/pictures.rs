//! Processor time of one photo, from the bytes of its original to the bytes of its pictures:
//! `just bench-steps`. The files named in `SAFELIGHT_BENCH_PHOTOS` (separated by colons) are measured, too.
#![allow(missing_docs, reason = "what the macros of criterion make has none")]

use std::hint::black_box;
use std::io::{Read as _, Write as _};
use std::time::Duration;

use anyhow::Context as _;
use criterion::measurement::{Measurement, ValueFormatter};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rustix::time::{ClockId, clock_gettime};
use thumbnail_worker::pipeline::{Limits, PictureOptions, Pictures, prepare};

/// What this thread used of the processor: other work on the machine does not count.
struct ThreadTime;

impl Measurement for ThreadTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        clock(ClockId::ThreadCPUTime)
    }

    fn end(&self, begun: Duration) -> Duration {
        self.start().saturating_sub(begun)
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_secs_f64() * 1e9
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        &Milliseconds
    }
}

fn clock(id: ClockId) -> Duration {
    let now = clock_gettime(id);
    let (seconds, nanoseconds) = (u64::try_from(now.tv_sec), u32::try_from(now.tv_nsec));
    Duration::new(seconds.unwrap_or_default(), nanoseconds.unwrap_or_default())
}

/// What all threads used.
fn process_time() -> Duration {
    clock(ClockId::ProcessCPUTime)
}

/// Prints nanoseconds as milliseconds of the processor.
struct Milliseconds;

impl ValueFormatter for Milliseconds {
    fn scale_values(&self, _typical: f64, values: &mut [f64]) -> &'static str {
        self.scale_for_machines(values);
        "CPU-ms"
    }

    fn scale_throughputs(&self, _typical: f64, throughput: &Throughput, values: &mut [f64]) -> &'static str {
        let Throughput::Elements(pixels) = throughput else {
            return self.scale_for_machines(values);
        };
        for value in values {
            *value = f64::from(u32::try_from(*pixels).unwrap_or(u32::MAX)) * 1e3 / *value;
        }
        "Mpx/s"
    }

    fn scale_for_machines(&self, values: &mut [f64]) -> &'static str {
        for value in values {
            *value /= 1e6;
        }
        "CPU-ms"
    }
}

fn pictures(bytes: &[u8], name: &str) -> anyhow::Result<Pictures> {
    let options = PictureOptions::default();
    Ok(prepare(bytes, name, &options, &Limits::default())?.render(&options, &|| false)?)
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
    Ok(compressor.compress_to_vec(turbojpeg::Image {
        pixels: &pixels[..],
        width,
        pitch: width * 3,
        height,
        format: turbojpeg::PixelFormat::RGB,
    })?)
}

/// Names and contents of what is measured.
fn photos() -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut photos = Vec::new();
    for (name, width, height) in [("12 MP", 4000, 3000), ("24 MP", 6000, 4000), ("48 MP", 8000, 6000)] {
        photos.push((name.to_owned(), generated(width, height)?));
    }
    for path in std::env::var("SAFELIGHT_BENCH_PHOTOS").unwrap_or_default().split(':') {
        if !path.is_empty() {
            photos.push((path.to_owned(), std::fs::read(path).with_context(|| path.to_owned())?));
        }
    }
    Ok(photos)
}

#[expect(clippy::expect_used, reason = "a benchmark without its material has nothing to say")]
fn one_photo(criterion: &mut Criterion<ThreadTime>) {
    let mut group = criterion.benchmark_group("pictures of one photo");
    for (name, bytes) in photos().expect("the photos to measure") {
        let original = pictures(&bytes, &name).expect("its pictures").original;
        group.throughput(Throughput::Elements(
            u64::from(original.width) * u64::from(original.height),
        ));
        group.bench_function(&name, |bencher| {
            bencher.iter(|| pictures(black_box(&bytes), &name).is_ok());
        });
    }
    group.finish();
}

/// What a photo of 4.6 MB into another process and its picture of 1920 x 1440 back out of it would cost both sides.
#[expect(clippy::expect_used, reason = "a benchmark without its pipe has nothing to say")]
fn through_pipes(criterion: &mut Criterion<ThreadTime>) {
    const IN: usize = 4_600_000;
    const OUT: usize = 1920 * 1440 * 3;
    criterion.bench_function("a photo and its picture through pipes", |bencher| {
        bencher.iter_custom(|times| {
            let begun = process_time();
            for _ in 0..times {
                pass(IN).expect("a pipe in");
                pass(OUT).expect("a pipe out");
            }
            process_time().saturating_sub(begun)
        });
    });
}

/// Writes so many bytes into a pipe and reads them out of it.
fn pass(bytes: usize) -> std::io::Result<()> {
    let (mut reader, mut writer) = std::io::pipe()?;
    let writing = std::thread::spawn(move || writer.write_all(&vec![1; bytes]));
    let mut read = Vec::with_capacity(bytes);
    reader.read_to_end(&mut read)?;
    black_box(read);
    writing.join().unwrap_or(Ok(()))
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .with_measurement(ThreadTime)
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5));
    targets = one_photo, through_pipes
}
criterion_main!(benches);
