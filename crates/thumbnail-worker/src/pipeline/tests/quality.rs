//! Shrinking while decoding must not be seen: compared with a full decode and a Lanczos filter written by others, in linear light.

use std::path::{Path, PathBuf};

use image::{ImageBuffer, Rgb, RgbImage, imageops};
use turbojpeg::{PixelFormat, Subsamp};

use super::super::raster::Samples;
use super::super::testing::reference::{level, light};
use super::super::testing::{jpeg as encode, jpeg_of, photo, seen, ssim};
use super::*;

/// The picture as it goes into the encoder, made by the steps of the pipeline.
fn shrunk(bytes: &[u8], options: &PictureOptions) -> RgbImage {
    let prepared = prepare(bytes, "a", options, &Limits::default()).unwrap();
    let (header, wanted) = (&prepared.header, prepared.wanted());
    let base = decode::decode_shrunk(bytes, header, &wanted, &|| Ok(())).unwrap();
    let base = base.unwrap_or_else(|| {
        let decoded = decode::decode(bytes, header, &wanted).unwrap();
        resize::Shrinker::new().shrink_decoded(decoded, wanted.base).unwrap()
    });
    let Samples::U8(samples) = base.samples else {
        panic!("8 bits went in")
    };
    let samples = if samples.len() == base.size.pixels() {
        samples.iter().flat_map(|&grey| [grey; 3]).collect()
    } else {
        samples
    };
    RgbImage::from_raw(base.size.width, base.size.height, samples).unwrap()
}

/// In linear light of 16 bits.
fn reference(bytes: &[u8], size: (u32, u32)) -> RgbImage {
    let full: turbojpeg::Image<Vec<u8>> = turbojpeg::decompress(bytes, PixelFormat::RGB).unwrap();
    let narrow = |length: usize| u32::try_from(length).unwrap();
    let whole = |value: f64| u16::try_from(num::pixels(value + 1.0) - 1).unwrap();
    let lights: Vec<u16> = (0..=255)
        .map(|level| whole(light(f64::from(level)) * 65_535.0))
        .collect();
    let samples = full.pixels.iter().map(|&sample| lights[usize::from(sample)]).collect();
    let linear: ImageBuffer<Rgb<u16>, Vec<u16>> =
        ImageBuffer::from_raw(narrow(full.width), narrow(full.height), samples).unwrap();
    let small = imageops::resize(&linear, size.0, size.1, imageops::FilterType::Lanczos3);
    let levels = small.as_raw().iter().map(|&light| level(f64::from(light) / 65_535.0));
    let levels = levels.map(|level| num::to_8_bit(whole(level * 257.0)));
    RgbImage::from_raw(size.0, size.1, levels.collect()).unwrap()
}

/// The preview must be as near to the reference as one made from a full decode is: within 0.001 SSIM.
fn assert_equal(bytes: &[u8], shorter: u32, name: &str) {
    let options = PictureOptions {
        preview: Output {
            size: Some(shorter),
            ..defaults().preview
        },
        ..defaults()
    };
    let scale = prepare(bytes, name, &options, &Limits::default()).unwrap().plan.scale;
    let ours = shrunk(bytes, &options);
    let reference = reference(bytes, ours.dimensions());
    let (mine, best) = (
        ssim(&compressed(&ours), &reference),
        ssim(&compressed(&reference), &reference),
    );
    assert!(
        mine >= best - 0.001,
        "{name} to {shorter} at 1/{scale}: SSIM {mine} instead of {best}"
    );
}

/// After the JPEG compression of a preview.
fn compressed(picture: &RgbImage) -> RgbImage {
    let bytes = jpeg_of(picture.as_raw(), picture.width(), PixelFormat::RGB, |compressor| {
        compressor.set_quality(80).unwrap();
        compressor.set_subsamp(Subsamp::None).unwrap();
    });
    seen(&bytes).into_rgb8()
}

#[test]
fn every_scale_equals_a_full_decode() {
    let source = encode(&photo(1603, 1201));
    for shorter in [900, 460, 230, 115] {
        assert_equal(&source, shorter, "generated");
    }
}

#[test]
fn real_photos_equal_a_full_decode() {
    let scale = |bytes: &[u8], shorter| {
        let options = PictureOptions {
            preview: Output {
                size: Some(shorter),
                ..defaults().preview
            },
            ..defaults()
        };
        prepare(bytes, "a.jpg", &options, &Limits::default())
            .unwrap()
            .plan
            .scale
    };
    // Without the folder of test media there is nothing to compare, and nothing is claimed.
    for path in pictures(&["jpg"]) {
        let bytes = std::fs::read(&path).unwrap();
        // At full scale only the resizers would be compared, and that costs seconds per photo.
        if let Some(shorter) = [1440, 720].into_iter().find(|&shorter| scale(&bytes, shorter) > 1) {
            assert_equal(&bytes, shorter, &path.display().to_string());
        }
    }
}

#[test]
fn real_pictures_become_pictures() {
    for path in pictures(&["jpg", "png", "webp"]) {
        let bytes = std::fs::read(&path).unwrap();
        let pictures = render(&bytes, &defaults());
        let [preview, thumbnail] =
            [&pictures.preview, &pictures.thumbnail].map(|picture| picture.width.min(picture.height));
        assert!(preview <= 1440 && thumbnail <= 250.min(preview), "{}", path.display());
    }
}

fn pictures(extensions: &[&str]) -> Vec<PathBuf> {
    let folder = std::env::var_os("SAFELIGHT_TEST_MEDIA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/photos"),
        PathBuf::from,
    );
    let mut found = Vec::new();
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path
                .extension()
                .is_some_and(|found| extensions.iter().any(|wanted| found == *wanted))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
