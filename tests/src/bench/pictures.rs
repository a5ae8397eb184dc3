//! Photos for benchmarks: about as hard to decode and to compress as real ones, each with bytes of its own.

use std::io::Cursor;

use anyhow::{Context, Result};
use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

use crate::media::unique;

/// The quality that phones write.
const QUALITY: u8 = 90;

/// A JPEG of waves and noise.
///
/// # Errors
/// When the size is beyond what JPEG can hold.
pub(super) fn photo(width: u32, height: u32) -> Result<Bytes> {
    let mut bytes = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&waves(width, height))?;
    Ok(Bytes::from(bytes.into_inner()))
}

/// Waves and noise.
pub(super) fn waves(width: u32, height: u32) -> RgbImage {
    let mut noise = 1_u32;
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([1_u32, 2, 3].map(|channel| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let wave = (x / 7 + y / 5 * channel / 2) % 239;
            let [level, ..] = (wave + (noise >> 28)).to_le_bytes();
            level
        }))
    })
}

/// The same picture with a comment of its own, so that it is no duplicate.
///
/// # Errors
/// When `jpeg` is none.
pub(super) fn copy_of(jpeg: &Bytes) -> Result<Bytes> {
    let (start, rest) = jpeg.split_at_checked(2).context("not a JPEG")?;
    let number = unique().to_be_bytes();
    // A comment segment: marker, length of itself and four bytes, the bytes.
    Ok([start, &[0xFF, 0xFE, 0, 6], &number, rest].concat().into())
}
