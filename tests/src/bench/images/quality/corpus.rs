//! What is compared: drawings that show what scaling does wrong, and photos.

use std::path::{Path, PathBuf};

use anyhow::Result;
use image::{Rgb, RgbImage};

use super::super::encode::{self, Jpeg};
use super::super::photos::{self, Kind};
use super::super::scene::Scene;
use super::drawings;
use crate::media::{files_in, test_media};

/// Photos that are smaller have no preview of their own size to speak of.
const SHORTEST: u32 = 800;
/// Of drawings: as large as the photos of most cameras.
const SIZE: (u32, u32) = (6000, 4000);
/// Large enough for a decoder to shrink while it decodes.
const LARGE: (u32, u32) = (8000, 6000);

/// The colour of a place.
type Draw = fn(u32, u32) -> Rgb<u8>;

/// One file and what it is called.
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) path: PathBuf,
    /// In Display P3.
    pub(super) wide: bool,
}

/// All samples; those that are made go into `folder`.
///
/// # Errors
/// When one cannot be written.
pub(super) fn samples(scene: &Scene, folder: &Path) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    let plain = Jpeg::default();
    let wide = Jpeg { wide: true, ..plain };
    let full = Jpeg { full: true, ..plain };
    let drawn: [(&str, Draw, Jpeg, (u32, u32)); 11] = [
        ("night", drawings::night, plain, SIZE),
        ("night, colours at full size", drawings::night, full, SIZE),
        ("night", drawings::night, plain, LARGE),
        ("checks of one pixel", drawings::checks, plain, SIZE),
        (
            "checks of two pixels in colours",
            drawings::coloured_checks,
            plain,
            SIZE,
        ),
        ("checks of one pixel", drawings::checks, plain, LARGE),
        ("zone plate", drawings::zone_plate, plain, SIZE),
        ("fine text", drawings::text, plain, SIZE),
        ("gradients", drawings::gradients, plain, SIZE),
        ("saturated colours", drawings::saturated, plain, SIZE),
        ("saturated colours, Display P3", drawings::saturated, wide, SIZE),
    ];
    for (index, (name, draw, kind, (width, height))) in drawn.into_iter().enumerate() {
        let path = folder.join(format!("drawing-{index}.jpg"));
        encode::jpeg(&RgbImage::from_fn(width, height, draw), &path, kind)?;
        samples.push(Sample {
            name: format!("{name}, {} MP", width * height / 1_000_000),
            path,
            wide: kind.wide,
        });
    }
    // The same without a JPEG's blocks: no decoder can shrink it.
    let path = folder.join("drawing.png");
    RgbImage::from_fn(SIZE.0, SIZE.1, drawings::zone_plate).save(&path)?;
    samples.push(Sample {
        name: "zone plate, 24 MP, PNG".to_owned(),
        path,
        wide: false,
    });
    for photo in photos::jpegs(scene, folder)? {
        samples.push(Sample {
            name: photo.name,
            path: photo.path,
            wide: photo.kind == Kind::Wide,
        });
    }
    samples.extend(real()?);
    Ok(samples)
}

/// The photos of the test media.
fn real() -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    let Some(media) = test_media() else {
        return Ok(samples);
    };
    for path in files_in(&media, &["jpg", "jpeg", "png", "webp"]) {
        let (width, height) = image::image_dimensions(&path)?;
        if width.min(height) >= SHORTEST {
            let name = path.strip_prefix(&media).unwrap_or(&path).display().to_string();
            samples.push(Sample {
                name,
                path,
                wide: false,
            });
        }
    }
    Ok(samples)
}
