//! Pictures made for tests, and a measure of how equal two are.

use image::{DynamicImage, Rgb, RgbImage};
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

use super::container::jpeg::{APP1, APP2, ICC, SOI, push};

pub(super) mod reference;

/// A box as ISO files have them (ISO/IEC 14496-12).
pub(super) fn boxed(name: [u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u32::try_from(body.len() + 8).unwrap();
    [&length.to_be_bytes()[..], &name, &body].concat()
}

/// A picture with soft areas, edges and texture; nothing in it is symmetric.
pub(super) fn photo(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
        let wave = ((u * 40.0).sin() * (v * 31.0 + u * 7.0).cos() * 40.0 + 40.0) * (0.3 + u);
        let edge = if (u - 0.6).hypot(v - 0.3) < 0.2 { 70.0 } else { 0.0 };
        let byte = |value: f64| u8::try_from(num(value)).unwrap();
        Rgb([
            byte(u * 150.0 + wave),
            byte(v * 160.0 + edge + wave / 3.0),
            byte((1.0 - u) * 120.0 + wave / 2.0 + edge / 2.0),
        ])
    })
}

/// The nearest whole number.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "numbers of tests are small"
)]
pub(super) fn rounded(value: f64) -> i64 {
    value.round() as i64
}

fn num(value: f64) -> u32 {
    super::num::pixels(value.clamp(0.0, 255.0) + 1.0) - 1
}

/// JPEG 4:2:0 of high quality, as cameras write.
pub(super) fn jpeg(picture: &RgbImage) -> Vec<u8> {
    jpeg_of(picture.as_raw(), picture.width(), PixelFormat::RGB, |_| ())
}

/// JPEG of raw samples, with a hand in the settings.
pub(super) fn jpeg_of(samples: &[u8], width: u32, format: PixelFormat, settings: impl Fn(&mut Compressor)) -> Vec<u8> {
    let mut compressor = Compressor::new().unwrap();
    compressor.set_quality(95).unwrap();
    compressor
        .set_subsamp(if format == PixelFormat::GRAY {
            Subsamp::Gray
        } else {
            Subsamp::Sub2x2
        })
        .unwrap();
    settings(&mut compressor);
    let width = usize::try_from(width).unwrap();
    let pitch = width * format.size();
    let picture = Image {
        pixels: samples,
        width,
        pitch,
        height: samples.len() / pitch,
        format,
    };
    compressor.compress_to_vec(picture).unwrap()
}

/// An EXIF block with orientation, colour space and a position, which must never come out again.
pub(super) fn exif(orientation: u8, colour: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [
            &tag.to_le_bytes()[..],
            &kind.to_le_bytes(),
            &count.to_le_bytes(),
            &value,
        ]
        .concat()
    };
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    tiff.extend(3_u16.to_le_bytes());
    tiff.extend(entry(0x0112, 3, 1, [orientation, 0, 0, 0]));
    tiff.extend(entry(0x8769, 4, 1, 50_u32.to_le_bytes()));
    tiff.extend(entry(0x8825, 4, 1, 68_u32.to_le_bytes()));
    tiff.extend(0_u32.to_le_bytes());
    assert_eq!(tiff.len(), 50);
    let [low, high] = colour.to_le_bytes();
    tiff.extend(1_u16.to_le_bytes());
    tiff.extend(entry(0xA001, 3, 1, [low, high, 0, 0]));
    tiff.extend(0_u32.to_le_bytes());
    assert_eq!(tiff.len(), 68);
    tiff.extend(1_u16.to_le_bytes());
    tiff.extend(entry(0x0001, 2, 2, *b"N\0\0\0"));
    tiff.extend(0_u32.to_le_bytes());
    tiff
}

/// The JPEG with more segments at its head.
pub(super) fn with_segments(jpeg: &[u8], segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut out = SOI.to_vec();
    for (marker, data) in segments {
        push(&mut out, *marker, &[data]);
    }
    out.extend_from_slice(&jpeg[2..]);
    out
}

pub(super) fn with_exif(jpeg: &[u8], orientation: u8, colour: u16) -> Vec<u8> {
    with_segments(jpeg, &[(APP1, &[b"Exif\0\0", &exif(orientation, colour)[..]].concat())])
}

pub(super) fn with_icc(jpeg: &[u8], icc: &[u8]) -> Vec<u8> {
    with_segments(jpeg, &[(APP2, &[ICC, &[1, 1], icc].concat())])
}

/// PNG by the encoder of the crate under test's decoder.
pub(super) fn png(width: u32, height: u32, colour: png::ColorType, depth: png::BitDepth, data: &[u8]) -> Vec<u8> {
    png_with(width, height, data, |info| {
        info.color_type = colour;
        info.bit_depth = depth;
    })
}

pub(super) fn png_with(width: u32, height: u32, data: &[u8], settings: impl Fn(&mut png::Info<'_>)) -> Vec<u8> {
    let mut out = Vec::new();
    let mut info = png::Info::with_size(width, height);
    settings(&mut info);
    let mut writer = png::Encoder::with_info(&mut out, info).unwrap().write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    out
}

/// A PNG of hand-made chunks; only the checksums are right.
pub(super) fn png_of_chunks(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let crc = |parts: [&[u8]; 2]| {
        !parts.concat().iter().fold(u32::MAX, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1))
            })
        })
    };
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in chunks {
        out.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        out.extend(&name[..]);
        out.extend(&data[..]);
        out.extend(crc([&name[..], data]).to_be_bytes());
    }
    out
}

/// Bytes in a zlib stream without compression.
pub(super) fn zlib(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = data.chunks(65_535).count();
    for (at, block) in data.chunks(65_535).enumerate() {
        let length = u16::try_from(block.len()).unwrap();
        out.push(u8::from(at + 1 == blocks));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (low, high) = data.iter().fold((1_u32, 0_u32), |(low, high), &byte| {
        let low = (low + u32::from(byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    out.extend((high << 16 | low).to_be_bytes());
    out
}

/// What an independent decoder sees.
pub(super) fn seen(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).unwrap()
}

/// Mean structural similarity of the luma of two pictures, over windows of 8 x 8 pixels every 4.
pub(super) fn ssim(a: &RgbImage, b: &RgbImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let luma = |picture: &RgbImage, x: u32, y: u32| {
        let [red, green, blue] = picture.get_pixel(x, y).0.map(f64::from);
        0.299 * red + 0.587 * green + 0.114 * blue
    };
    let (mut sum, mut count) = (0.0, 0.0);
    for top in (0..a.height().saturating_sub(7)).step_by(4) {
        for left in (0..a.width().saturating_sub(7)).step_by(4) {
            let (mut sa, mut sb, mut saa, mut sbb, mut sab) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for (x, y) in (0..64).map(|at| (left + at % 8, top + at / 8)) {
                let (va, vb) = (luma(a, x, y), luma(b, x, y));
                (sa, sb, saa, sbb, sab) = (sa + va, sb + vb, saa + va * va, sbb + vb * vb, sab + va * vb);
            }
            let (ma, mb) = (sa / 64.0, sb / 64.0);
            let (da, db, dab) = (saa / 64.0 - ma * ma, sbb / 64.0 - mb * mb, sab / 64.0 - ma * mb);
            let (c1, c2) = (6.5025, 58.5225);
            sum += (2.0 * ma * mb + c1) * (2.0 * dab + c2) / ((ma * ma + mb * mb + c1) * (da + db + c2));
            count += 1.0;
        }
    }
    sum / count
}
