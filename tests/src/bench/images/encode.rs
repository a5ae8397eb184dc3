//! Pictures into files, as cameras and phones write them.

use std::path::Path;

use anyhow::{Context, Result};
use image::RgbImage;
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

use super::icc;

/// The quality that phones write.
const QUALITY: i32 = 90;

/// How a JPEG differs from the plain one: baseline, colours at half size, without a profile.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Jpeg {
    pub(super) progressive: bool,
    /// Says that its colours are Display P3; the levels stay the same.
    pub(super) wide: bool,
    /// Has colours at full size.
    pub(super) full: bool,
}

/// Writes a JPEG.
///
/// # Errors
/// When it cannot be written.
pub(super) fn jpeg(picture: &RgbImage, path: &Path, kind: Jpeg) -> Result<()> {
    let mut compressor = Compressor::new()?;
    compressor.set_quality(QUALITY)?;
    compressor.set_subsamp(if kind.full { Subsamp::None } else { Subsamp::Sub2x2 })?;
    compressor.set_progressive(kind.progressive)?;
    let (width, height) = (usize::try_from(picture.width())?, usize::try_from(picture.height())?);
    let mut bytes = compressor.compress_to_vec(Image {
        pixels: picture.as_raw().as_slice(),
        width,
        pitch: width * 3,
        height,
        format: PixelFormat::RGB,
    })?;
    if kind.wide {
        bytes = icc::tag(&bytes, &icc::display_p3())?;
    }
    std::fs::write(path, bytes).with_context(|| path.display().to_string())
}
