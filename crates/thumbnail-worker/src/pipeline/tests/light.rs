//! Linear light from file to picture: scenes at night, fine patterns and photos beside a slow reference in floating point.

use image::{Rgb, RgbImage};
use turbojpeg::{PixelFormat, Subsamp};

use super::super::raster::{Channels, Samples};
use super::super::testing::reference::{Weighed, light, psnr, resized};
use super::super::testing::{jpeg_of, photo, png};
use super::*;

const WHOLE: Size = Size {
    width: 620,
    height: 412,
};

/// A number for a place, as good as drawn by lot.
fn lot(x: u32, y: u32) -> u32 {
    let mixed = (x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77)).wrapping_mul(0xC2B2_AE3D);
    mixed ^ (mixed >> 15)
}

/// A dark sky with noise, stars of one to three pixels in all colours, and windows of a town.
fn night() -> RgbImage {
    const COLOURS: [[u8; 3]; 6] = [
        [255, 255, 255],
        [255, 150, 60],
        [120, 160, 255],
        [255, 40, 30],
        [255, 220, 160],
        [200, 255, 210],
    ];
    let colour = |lot: u32| COLOURS[usize::try_from(lot % 6).unwrap()];
    let noise = |x, y| u8::try_from(12 + lot(x + 7, y) % 7).unwrap();
    RgbImage::from_fn(WHOLE.width, WHOLE.height, |x, y| {
        let (column, row) = (x / 12, y / 12);
        let star = lot(column, row);
        let side = 1 + star / 64 % 3;
        let is_star = star.is_multiple_of(5) && x % 12 < side && y % 12 < side;
        let is_window = y > 300 && lot(x / 6, y / 8).is_multiple_of(4) && x % 6 < 4 && y % 8 < 5;
        if is_star || is_window {
            Rgb(colour(star / 4_096))
        } else {
            Rgb([noise(x, y), noise(x, y + 1), noise(x, y + 2)])
        }
    })
}

/// Stripes of one and two pixels, and checks, in grey and in colours.
fn patterns() -> RgbImage {
    RgbImage::from_fn(WHOLE.width, WHOLE.height, |x, y| {
        let is_on = match (x / 155, y / 206) {
            (0, _) => x.is_multiple_of(2),
            (1, _) => (x + y).is_multiple_of(2),
            (2, _) => (x / 2 + y / 2).is_multiple_of(2),
            _ => (y / 2).is_multiple_of(2),
        };
        match (is_on, y / 206) {
            (true, 0) => Rgb([255; 3]),
            (false, 0) => Rgb([0; 3]),
            (true, _) => Rgb([230, 120, 40]),
            (false, _) => Rgb([40, 70, 160]),
        }
    })
}

fn options() -> PictureOptions {
    let (defaults, size) = (defaults(), |shorter| Some(shorter));
    PictureOptions {
        preview: Output {
            size: size(170),
            ..defaults.preview
        },
        thumbnail: Output {
            size: size(60),
            ..defaults.thumbnail
        },
        ..defaults
    }
}

/// The picture before it is encoded, by the steps of the pipeline, and the whole one as another decoder sees it.
fn base(bytes: &[u8], name: &str) -> Raster {
    let prepared = prepare(bytes, name, &options(), &Limits::default()).unwrap();
    assert_eq!(prepared.plan.scale, 1, "the decoder must not shrink what is compared");
    let (header, wanted) = (&prepared.header, prepared.wanted());
    let shrunk = decode::decode_shrunk(bytes, header, &wanted, &|| Ok(())).unwrap();
    shrunk.unwrap_or_else(|| {
        let decoded = decode::decode(bytes, header, &wanted).unwrap();
        resize::Shrinker::new().shrink_decoded(decoded, wanted.base).unwrap()
    })
}

fn levels(raster: &Raster) -> Vec<u8> {
    let Samples::U8(samples) = &raster.samples else {
        panic!("8 bits stay 8 bits");
    };
    match raster.channels {
        Channels::Grey => samples.iter().flat_map(|&grey| [grey; 3]).collect(),
        _ => samples.clone(),
    }
}

/// How near the result is to light that is weighed, and how near weighed levels would be, in decibels.
fn nearness(bytes: &[u8], name: &str) -> (f64, f64) {
    let whole: turbojpeg::Image<Vec<u8>> = turbojpeg::decompress(bytes, PixelFormat::RGB).unwrap();
    let small = base(bytes, name);
    let covered = (f64::from(WHOLE.width), f64::from(WHOLE.height));
    let exact = |weighed| resized(&whole.pixels, (WHOLE, 3), covered, small.size, weighed);
    let by_levels: Vec<u8> = exact(Weighed::Levels)
        .into_iter()
        .map(|level| u8::try_from(num::pixels(level + 1.0) - 1).unwrap())
        .collect();
    let light = exact(Weighed::Light);
    (psnr(&levels(&small), &light), psnr(&by_levels, &light))
}

fn jpeg(picture: &RgbImage, subsampling: Subsamp) -> Vec<u8> {
    jpeg_of(picture.as_raw(), picture.width(), PixelFormat::RGB, |compressor| {
        compressor.set_subsamp(subsampling).unwrap();
    })
}

#[test]
fn pictures_are_what_light_becomes_and_not_what_levels_become() {
    let kinds = [
        (Subsamp::None, "4:4:4", 48.0),
        (Subsamp::Sub2x1, "4:2:2", 40.0),
        (Subsamp::Sub2x2, "4:2:0", 40.0),
        (Subsamp::Sub1x2, "4:4:0", 40.0),
        (Subsamp::Gray, "grey", 48.0),
    ];
    for (scene, picture) in [("night", night()), ("patterns", patterns())] {
        for (subsampling, name, least) in kinds {
            let (ours, levels) = nearness(&jpeg(&picture, subsampling), "a.jpg");
            assert!(ours > least, "{scene}, {name}: {ours} dB");
            assert!(levels < ours - 8.0, "{scene}, {name}: {ours} dB, of levels {levels} dB");
        }
    }
    // Little contrast between neighbours, so little between light and levels.
    let (ours, _) = nearness(&jpeg(&photo(WHOLE.width, WHOLE.height), Subsamp::Sub2x2), "a.jpg");
    assert!(ours > 48.0, "photo: {ours} dB");
}

#[test]
fn a_night_in_png_is_what_light_becomes() {
    let picture = night();
    let small = |channels, samples: &[u8]| {
        let bytes = png(WHOLE.width, WHOLE.height, channels, ::png::BitDepth::Eight, samples);
        base(&bytes, "a.png")
    };
    let opaque = small(::png::ColorType::Rgb, picture.as_raw());
    let covered = (f64::from(WHOLE.width), f64::from(WHOLE.height));
    let exact = resized(picture.as_raw(), (WHOLE, 3), covered, opaque.size, Weighed::Light);
    let near = psnr(&levels(&opaque), &exact);
    assert!(near > 48.0, "{near} dB");
}

#[test]
fn a_decoder_that_shrinks_leaves_fine_patterns_their_light() {
    let checks = RgbImage::from_fn(WHOLE.width, WHOLE.height, |x, y| {
        Rgb([if (x + y).is_multiple_of(2) { 255 } else { 0 }; 3])
    });
    let bytes = jpeg(&checks, Subsamp::Sub2x2);
    let options = PictureOptions {
        preview: Output {
            size: Some(100),
            ..options().preview
        },
        ..options()
    };
    let prepared = prepare(&bytes, "a.jpg", &options, &Limits::default()).unwrap();
    assert_eq!(prepared.plan.scale, 2);
    let shrunk = decode::decode_shrunk(&bytes, &prepared.header, &prepared.wanted(), &|| Ok(())).unwrap();
    let Some(shrunk) = shrunk else {
        eprintln!("SKIPPED: this processor has no instructions for it");
        return;
    };
    let made = levels(&shrunk);
    let far = made.iter().filter(|level| level.abs_diff(188) > 3).count();
    assert!(
        far * 20 < made.len(),
        "{far} of {}: {:?}",
        made.len(),
        &made[3000..3030]
    );
}

/// The mean light of a picture.
fn mean(picture: &RgbImage) -> f64 {
    let lights = picture.as_raw().iter().map(|&level| light(f64::from(level)));
    lights.sum::<f64>() / f64::from(u32::try_from(picture.as_raw().len()).unwrap())
}

#[test]
fn thumbnails_of_previews_keep_the_light_too() {
    let checks = RgbImage::from_fn(WHOLE.width, WHOLE.height, |x, y| {
        Rgb([if (x / 3 + y / 3).is_multiple_of(2) { 240 } else { 16 }; 3])
    });
    for picture in [checks, night()] {
        let made = render(&jpeg(&picture, Subsamp::Sub2x2), &options());
        let expected = mean(&picture);
        for small in [&made.preview, &made.thumbnail] {
            let seen = testing::seen(&small.bytes).into_rgb8();
            let kept = mean(&seen) / expected;
            assert!((kept - 1.0).abs() < 0.06, "{}: {kept} of the light", small.width);
        }
    }
}
