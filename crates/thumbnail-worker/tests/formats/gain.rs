//! Gain maps of HEIC and AVIF.

use std::process::Command;

use image::RgbImage;
use image::imageops::{crop_imm, rotate270};
use thumbnail_worker::pipeline::Pictures;

use super::gain_made::{Codec, Made, SIZE, boxed, ordinary, words};
use super::{seen, try_render};

const BOTH: [(Codec, &str); 2] = [(Codec::Av1, "a.avif"), (Codec::Hevc, "a.heic")];

/// Whether there is something to encode with.
fn has_encoder() -> bool {
    let found = Command::new("ffmpeg").arg("-version").output().is_ok();
    if !found {
        println!("SKIPPED: there is no ffmpeg (deploy/bootstrap install test)");
    }
    found
}

async fn pictures(file: Vec<u8>, name: &str) -> Pictures {
    try_render(file, name)
        .await
        .unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

async fn shown(file: Vec<u8>, name: &str) -> RgbImage {
    seen(&pictures(file, name).await.preview.bytes).into_rgb8()
}

#[track_caller]
fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let pairs = one.as_raw().iter().zip(other.as_raw());
    let sum: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    f64::from(sum) / f64::from(u32::try_from(one.as_raw().len()).unwrap())
}

#[tokio::test]
async fn a_picture_for_bright_screens_becomes_what_its_author_wants_on_others() {
    if !has_encoder() {
        return;
    }
    for (codec, name) in BOTH {
        for (maxima, in_base_colours) in [([2.3; 3], true), ([2.3; 3], false), ([1.6, 2.3, 2.0], false)] {
            let made = Made {
                in_base_colours,
                ..Made::new(codec, maxima)
            };
            let error = difference(&shown(made.file(true), name).await, &ordinary());
            assert!(error <= 2.0, "{name} {maxima:?} {in_base_colours}: {error}");
            let without = difference(&shown(made.file(false), name).await, &ordinary());
            assert!(without > 8.0, "{name}: without the map it is something else: {without}");
        }
    }
}

/// What libheif does not know is taken for the picture that it is made of.
#[tokio::test]
async fn a_primary_picture_that_is_made_by_a_map() {
    if !has_encoder() {
        return;
    }
    for headrooms in [[2.3, 0.0], [0.0, 2.3]] {
        let of = |primary| Made {
            headrooms,
            primary,
            ..Made::new(Codec::Av1, [2.3; 3])
        };
        let (made, base) = (of(3).file(true), of(1).file(true));
        let (made, base) = (pictures(made, "a.avif").await, pictures(base, "a.avif").await);
        assert!(made.preview.bytes == base.preview.bytes, "{headrooms:?}");
    }
}

#[tokio::test]
async fn the_map_of_a_picture_that_is_cropped_and_turned() {
    if !has_encoder() {
        return;
    }
    let (left, top, width, height) = (40, 20, 120, 80);
    let offset = |begin: u32, length: u32, whole: u32| {
        let halves = i32::try_from(2 * begin + length).unwrap() - i32::try_from(whole).unwrap();
        halves.cast_unsigned()
    };
    let clap = words(&[
        width,
        1,
        height,
        1,
        offset(left, width, SIZE.0),
        2,
        offset(top, height, SIZE.1),
        2,
    ]);
    let made = Made {
        transformations: vec![boxed(*b"clap", &[&clap]), boxed(*b"irot", &[&[1]])],
        ..Made::new(Codec::Av1, [1.6, 2.3, 2.0])
    };
    let expected = rotate270(&crop_imm(&ordinary(), left, top, width, height).to_image());
    let error = difference(&shown(made.file(true), "a.avif").await, &expected);
    assert!(error <= 2.0, "{error}");
}

/// iPhones and nearly all others: not a byte of what is made changes by the map.
#[tokio::test]
async fn a_picture_for_ordinary_screens_is_shown_as_it_is() {
    if !has_encoder() {
        return;
    }
    for (codec, name) in BOTH {
        let made = Made {
            headrooms: [0.0, 2.3],
            is_auxiliary: true,
            ..Made::new(codec, [2.3; 3])
        };
        let (with, without) = (
            pictures(made.file(true), name).await,
            pictures(made.file(false), name).await,
        );
        assert!(with.preview.bytes == without.preview.bytes && with.thumbnail.bytes == without.thumbnail.bytes);
        assert_eq!(with.stored, without.stored);
    }
}

#[tokio::test]
async fn a_broken_map_costs_nothing() {
    if !has_encoder() {
        return;
    }
    for (codec, name) in BOTH {
        let made = |left| Made {
            left,
            ..Made::new(codec, [1.6, 2.3, 2.0])
        };
        let alone = pictures(made(0.0).file(false), name).await;
        for left in [0.0, 0.1, 0.6] {
            let broken = pictures(made(left).file(true), name).await;
            assert!(broken.preview.bytes == alone.preview.bytes, "{name}, {left} of it");
        }
    }
}
