//! JPEG by libjpeg-turbo, shrunk in the DCT.

use turbojpeg::{Decompressor, Image, PixelFormat, ScalingFactor};

use super::Decoded;
use crate::pipeline::container::jpeg::is_adobe;
use crate::pipeline::error::PictureError;
use crate::pipeline::memory;
use crate::pipeline::num::usize_of;
use crate::pipeline::probe::Header;
use crate::pipeline::raster::{Channels, Raster, Size};

/// Scans of a progressive JPEG; real ones have about ten, and each costs a pass over all blocks.
const MAX_SCANS: u32 = 500;

pub(super) fn decode(bytes: &[u8], header: &Header, scale: u32, lenient: bool) -> Result<Decoded, PictureError> {
    let size = Size {
        width: header.width.div_ceil(scale),
        height: header.height.div_ceil(scale),
    };
    let format = match header.channels {
        Channels::Grey => PixelFormat::GRAY,
        Channels::Cmyk => PixelFormat::CMYK,
        _ => PixelFormat::RGB,
    };
    let mut pixels = memory::zeros(size.pixels() * format.size());
    match decompress(bytes, size, scale, format, &mut pixels) {
        Ok(()) => {}
        Err(turbojpeg::Error::TurboJpegError(message)) => match Damage::of(&message) {
            Damage::None => {}
            _ if lenient && Damage::of(&message) != Damage::Fatal => {}
            Damage::Truncated => return Err(PictureError::Truncated("JPEG")),
            Damage::Some | Damage::Fatal => return Err(PictureError::corrupt("JPEG", message)),
        },
        Err(error) => return Err(PictureError::corrupt("JPEG", error)),
    }
    if header.channels == Channels::Cmyk && is_adobe(bytes) {
        for sample in &mut pixels {
            *sample = !*sample;
        }
    }
    let covered = |length: u32| f64::from(length) / f64::from(scale);
    Ok(Decoded {
        raster: Raster::of_bytes(size, header.channels, pixels),
        covered: (covered(header.width), covered(header.height)),
        told: None,
    })
}

fn decompress(
    bytes: &[u8],
    size: Size,
    scale: u32,
    format: PixelFormat,
    pixels: &mut [u8],
) -> Result<(), turbojpeg::Error> {
    let mut decompressor = Decompressor::new()?;
    decompressor.set_scan_limit(MAX_SCANS)?;
    decompressor.set_scaling_factor(ScalingFactor::new(1, usize_of(scale)))?;
    let (width, height) = (usize_of(size.width), usize_of(size.height));
    decompressor.decompress(
        bytes,
        Image {
            pixels,
            width,
            pitch: width * format.size(),
            height,
            format,
        },
    )
}

/// How bad a complaint of libjpeg is. It goes on after all but the fatal ones, and the last complaint is the one reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damage {
    /// The picture is whole: cameras and editors write such files every day.
    None,
    /// Parts of the picture are wrong.
    Some,
    /// Parts of the picture are missing.
    Truncated,
    /// No picture came out.
    Fatal,
}

impl Damage {
    fn of(message: &str) -> Self {
        const HARMLESS: [&str; 4] = [
            "extraneous bytes before marker",
            "Invalid SOS parameters",
            "unknown JFIF revision",
            "Unknown Adobe color",
        ];
        if HARMLESS.iter().any(|known| message.contains(known)) {
            Self::None
        } else if message.contains("Premature end of JPEG file") {
            Self::Truncated
        } else if message.contains("Corrupt JPEG data") || message.contains("Inconsistent progression") {
            Self::Some
        } else {
            Self::Fatal
        }
    }
}
