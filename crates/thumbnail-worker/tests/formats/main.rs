//! Every format and kind, from a file to finished pictures, with the real program as the child that decodes what is risky.
//!
//! The files in `tests/samples` were written by other programs (libheif, libavif, libjxl, libtiff, tifffile, Pillow,
//! `ImageMagick`, psd-tools, `OpenJPEG`, `PiDNG`). Most show four
//! fields of colour, so that what is turned, mirrored or wrong in colour is seen by its corners.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail"
)]

mod bmp_gif;
mod cases;
mod children;
mod colours;
mod damage;
mod gain;
mod gain_made;
mod heif;
mod heif_made;
mod hostile;
mod isolation;
mod jp2;
mod jxl;
mod psd;
mod raw;
mod room;
mod svg;
mod tiff;
mod tiff_made;

use std::path::{Path, PathBuf};

use image::{DynamicImage, RgbImage};
use safelight_core::config::Env;
use safelight_core::jobs::JobError;
use thumbnail_worker::config::PictureConfig;
use thumbnail_worker::maker::Maker;
use thumbnail_worker::pipeline::{Colourspace, OutputFormat, PictureOptions, Pictures};
use tokio_util::sync::CancellationToken;

/// Upper left, upper right, lower left, lower right.
const CORNERS: [[u8; 3]; 4] = [[220, 40, 40], [40, 180, 60], [40, 60, 200], [230, 200, 40]];

fn sample(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn config(variables: &[(&str, &str)]) -> PictureConfig {
    PictureConfig::from_env(&Env::of(variables.iter().copied())).unwrap()
}

fn maker() -> Maker {
    Maker::new(config(&[]), program())
}

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_thumbnail-worker"))
}

/// Of high quality and in sRGB, so that what is measured is the decoder.
fn options() -> PictureOptions {
    let mut options = PictureOptions {
        colourspace: Colourspace::Srgb,
        ..PictureOptions::default()
    };
    options.preview.quality = 98;
    options.thumbnail.quality = 98;
    options
}

async fn try_render(bytes: Vec<u8>, name: &str) -> Result<Pictures, JobError> {
    maker().make(bytes, name, options(), &CancellationToken::new()).await
}

async fn render(name: &str) -> Pictures {
    let made = try_render(sample(name), name).await;
    made.unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

/// The same where wide colours stay wide.
async fn render_p3(name: &str) -> Pictures {
    let options = PictureOptions {
        colourspace: Colourspace::P3,
        ..options()
    };
    let made = maker()
        .make(sample(name), name, options, &CancellationToken::new())
        .await;
    made.unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

fn seen(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).unwrap()
}

async fn preview(name: &str) -> RgbImage {
    seen(&render(name).await.preview.bytes).into_rgb8()
}

fn corners(picture: &RgbImage) -> [[u8; 3]; 4] {
    let (right, bottom) = (picture.width() - 4, picture.height() - 4);
    [(3, 3), (right, 3), (3, bottom), (right, bottom)].map(|(x, y)| picture.get_pixel(x, y).0)
}

#[track_caller]
fn assert_near(found: [u8; 3], expected: [u8; 3], within: u8, what: &str) {
    let near = found.iter().zip(&expected).all(|(a, b)| a.abs_diff(*b) <= within);
    assert!(near, "{what}: {found:?} is not {expected:?}");
}

#[track_caller]
fn assert_upright(picture: &RgbImage, size: (u32, u32), within: u8, what: &str) {
    assert_eq!(picture.dimensions(), size, "{what}");
    for (found, expected) in corners(picture).into_iter().zip(CORNERS) {
        assert_near(found, expected, within, what);
    }
}

/// The left half is there, the right half is not.
async fn assert_transparent(name: &str) {
    let pictures = render(name).await;
    assert!(pictures.is_transparent, "{name}");
    assert_eq!(pictures.thumbnail.format, OutputFormat::Webp);
    let thumbnail = seen(&pictures.thumbnail.bytes).into_rgba8();
    let (right, middle) = (thumbnail.width() - 4, thumbnail.height() / 4);
    let [r, g, b, alpha] = thumbnail.get_pixel(3, middle).0;
    assert_near([r, g, b], CORNERS[0], 8, name);
    assert_eq!((alpha, thumbnail.get_pixel(right, middle).0[3]), (255, 0), "{name}");
}
