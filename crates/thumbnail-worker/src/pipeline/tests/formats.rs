//! What each decoder gives.

use image::{Rgba, RgbaImage};

use super::super::container::riff;
use super::super::testing::{jpeg_of, photo, png, png_of_chunks, png_with, seen, ssim, zlib};
use super::*;

fn as_webp(source: &[u8], size: Option<u32>) -> Vec<u8> {
    let mut options = defaults();
    options.preview = Output {
        format: OutputFormat::Webp,
        size,
        quality: 95,
        progressive: false,
    };
    render(source, &options).preview.bytes
}

#[test]
fn transparency_survives_in_webp_and_is_white_in_jpeg() {
    let mut picture = RgbaImage::from_pixel(600, 500, Rgba([200, 40, 40, 255]));
    for (x, _, pixel) in picture.enumerate_pixels_mut() {
        if x >= 300 {
            // A colour that must not bleed into the visible half.
            *pixel = Rgba([0, 255, 0, 0]);
        }
    }
    let source = png(600, 500, png::ColorType::Rgba, png::BitDepth::Eight, picture.as_raw());
    let pictures = render(&source, &defaults());
    assert!(pictures.is_transparent);
    let thumbnail = seen(&pictures.thumbnail.bytes).into_rgba8();
    assert_eq!(thumbnail.dimensions(), (300, 250));
    assert_eq!(
        (thumbnail.get_pixel(20, 100).0[3], thumbnail.get_pixel(280, 100).0[3]),
        (255, 0)
    );
    let edge = thumbnail.get_pixel(147, 100).0;
    assert!(edge[0] > 150 && edge[1] < 90, "no green at the edge: {edge:?}");
    let preview = seen(&pictures.preview.bytes).into_rgb8();
    assert!(preview.get_pixel(500, 100).0.iter().all(|&value| value >= 254));
    assert!(preview.get_pixel(100, 100).0[0].abs_diff(200) < 4);

    let opaque = png(
        2,
        1,
        png::ColorType::Rgba,
        png::BitDepth::Eight,
        &[1, 2, 3, 255, 4, 5, 6, 255],
    );
    assert!(!render(&opaque, &defaults()).is_transparent);
}

#[test]
fn png_of_every_kind() {
    let photo = photo(64, 48);
    let grey: Vec<u8> = photo.pixels().map(|pixel| pixel.0[1]).collect();
    let green = |source: &[u8], x, y| {
        seen(&render(source, &defaults()).preview.bytes)
            .into_rgb8()
            .get_pixel(x, y)
            .0[1]
    };
    let deep: Vec<u8> = grey.iter().flat_map(|&value| [value, 77]).collect();
    let with_alpha: Vec<u8> = grey.iter().flat_map(|&value| [value, 255]).collect();
    let indices: Vec<u8> = grey.iter().map(|&value| value / 64).collect();
    let palette = png_with(64, 48, &indices, |info| {
        info.color_type = png::ColorType::Indexed;
        info.palette = Some(vec![0, 10, 0, 0, 80, 0, 0, 150, 0, 0, 220, 0].into());
    });
    let bits: Vec<u8> = [0b1111_0000; 8 * 48].to_vec();
    let eight = png::BitDepth::Eight;
    for (kind, source, expected) in [
        (
            "grey",
            png(64, 48, png::ColorType::Grayscale, eight, &grey),
            grey[20 * 64 + 9],
        ),
        (
            "grey 16",
            png(64, 48, png::ColorType::Grayscale, png::BitDepth::Sixteen, &deep),
            grey[20 * 64 + 9],
        ),
        (
            "grey with alpha",
            png(64, 48, png::ColorType::GrayscaleAlpha, eight, &with_alpha),
            grey[20 * 64 + 9],
        ),
        (
            "colour",
            png(64, 48, png::ColorType::Rgb, eight, photo.as_raw()),
            grey[20 * 64 + 9],
        ),
        ("palette", palette, 10 + 70 * (grey[20 * 64 + 9] / 64)),
        (
            "1 bit",
            png(64, 48, png::ColorType::Grayscale, png::BitDepth::One, &bits),
            255,
        ),
    ] {
        let found = green(&source, 9, 20);
        assert!(found.abs_diff(expected) < 12, "{kind}: {found} is not {expected}");
    }
}

#[test]
fn an_interlaced_png() {
    let photo = photo(37, 29);
    let passes = [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];
    let mut data = Vec::new();
    for (left, top, right, down) in passes {
        for y in (top..29).step_by(down) {
            data.push(0);
            for x in (left..37).step_by(right) {
                data.extend(photo.get_pixel(x, y).0);
            }
        }
    }
    let header = [0, 0, 0, 37, 0, 0, 0, 29, 8, 2, 0, 0, 1];
    let source = png_of_chunks(&[(b"IHDR", &header), (b"IDAT", &zlib(&data)), (b"IEND", &[])]);
    let preview = seen(&render(&source, &defaults()).preview.bytes).into_rgb8();
    assert!(ssim(&preview, &photo) > 0.97);
}

#[test]
fn webp_still_shrunk_and_animated() {
    let photo = photo(1000, 800);
    let source = as_webp(
        &png(1000, 800, png::ColorType::Rgb, png::BitDepth::Eight, photo.as_raw()),
        None,
    );
    let options = PictureOptions {
        preview: Output {
            size: Some(200),
            ..defaults().preview
        },
        ..defaults()
    };
    assert_eq!(
        prepare(&source, "a.webp", &options, &Limits::default())
            .unwrap()
            .plan
            .scale,
        2
    );
    let shrunk = seen(&render(&source, &options).preview.bytes).into_rgb8();
    let reference = image::imageops::resize(&photo, 250, 200, image::imageops::FilterType::Lanczos3);
    assert!(ssim(&shrunk, &reference) > 0.98);

    // Two frames of one picture, the first with half the canvas.
    let small = as_webp(
        &png(
            100,
            80,
            png::ColorType::Rgb,
            png::BitDepth::Eight,
            &vec![99; 100 * 80 * 3],
        ),
        None,
    );
    let vp8 = riff::chunk(&small, *b"VP8 ").unwrap();
    let mut frame = vec![0, 0, 0, 0, 0, 0, 99, 0, 0, 79, 0, 0, 100, 0, 0, 0];
    frame.extend(riff::build(&[(*b"VP8 ", vp8)]).unwrap().get(12..).unwrap());
    let canvas = [0x02, 0, 0, 0, 199, 0, 0, 79, 0, 0];
    let animation = riff::build(&[
        (*b"VP8X", &canvas),
        (*b"ANIM", &[0; 6]),
        (*b"ANMF", &frame),
        (*b"ANMF", &frame),
    ])
    .unwrap();
    let pictures = render(&animation, &defaults());
    let first = seen(&pictures.thumbnail.bytes).into_rgba8();
    assert_eq!(first.dimensions(), (200, 80));
    assert!(first.get_pixel(50, 40).0[0].abs_diff(99) < 4 && pictures.is_transparent);
}

#[test]
fn progressive_and_arithmetic_jpeg() {
    let photo = photo(200, 120);
    for progressive in [true, false] {
        let source = jpeg_of(photo.as_raw(), 200, turbojpeg::PixelFormat::RGB, |compressor| {
            compressor.set_progressive(progressive).unwrap();
            compressor.set_arithmetic(!progressive).unwrap();
        });
        let preview = seen(&render(&source, &defaults()).preview.bytes).into_rgb8();
        assert!(ssim(&preview, &photo) > 0.97);
    }
}
