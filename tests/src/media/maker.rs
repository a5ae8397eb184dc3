//! Pictures made on the spot, each with bytes of its own.

use std::io::Cursor;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// A number never given before in this process, mixed with the process id so that runs differ as well.
pub fn unique() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B1) ^ std::process::id()
}

/// A small JPEG.
///
/// # Panics
/// Never in practice: encoding into memory does not fail.
pub fn jpeg() -> Bytes {
    jpeg_sized(64, 48)
}

/// A JPEG of this size in pixels.
///
/// # Panics
/// When the size is beyond what JPEG can hold.
pub fn jpeg_sized(width: u32, height: u32) -> Bytes {
    encode(width, height, ImageFormat::Jpeg)
}

/// A small PNG.
///
/// # Panics
/// Never in practice: encoding into memory does not fail.
pub fn png() -> Bytes {
    encode(64, 48, ImageFormat::Png)
}

/// A small lossless WebP.
///
/// # Panics
/// Never in practice: encoding into memory does not fail.
pub fn webp() -> Bytes {
    encode(64, 48, ImageFormat::WebP)
}

/// Blocks of eight pixels whose brightness spells a unique number, so that it survives lossy compression.
#[expect(clippy::expect_used, reason = "encoding into memory does not fail")]
fn encode(width: u32, height: u32, format: ImageFormat) -> Bytes {
    let number = unique();
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let bit = (x / 8 + (y / 8) * 8) % 32;
        let level = if (number >> bit) & 1 == 1 { 200 } else { 50 };
        let [shade, ..] = (x.wrapping_mul(255) / width.max(1)).to_le_bytes();
        Rgb([level, shade, 255 - level])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture)
        .write_to(&mut bytes, format)
        .expect("a picture that can be encoded");
    Bytes::from(bytes.into_inner())
}
