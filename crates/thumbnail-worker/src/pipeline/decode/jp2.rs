//! JPEG 2000, in its box file or bare, shrunk by its own resolution levels.

use hayro_jpeg2000::{ColorSpace, DecodeError, DecodeSettings, Image};

use super::Decoded;
use crate::pipeline::cicp::Told;
use crate::pipeline::error::PictureError;
use crate::pipeline::num::u64_of;
use crate::pipeline::probe::{Format, Header};
use crate::pipeline::raster::{Channels, Raster, Size};

pub(in crate::pipeline) fn header(bytes: &[u8]) -> Result<Header, PictureError> {
    let image = open(bytes, None)?;
    let size = size(&image);
    let channels = channels(&image)?;
    Ok(Header {
        // Coefficients and samples of each channel as floating point.
        decoder_bytes: u64_of(size.pixels()) * u64_of(channels.count()) * 8,
        ..Header::new(Format::Jp2, size, channels, bytes)
    })
}

/// Decodes the smallest resolution that is at least `wanted`; a tile that is cut off is a damage unless `lenient`.
pub(super) fn decode(bytes: &[u8], wanted: Size, lenient: bool) -> Result<Decoded, PictureError> {
    if !lenient && !ends_as_it_should(bytes) {
        return Err(PictureError::Truncated("JP2"));
    }
    let image = open(bytes, Some((wanted.width, wanted.height)))?;
    let channels = channels(&image)?;
    let raster = Raster::of_bytes_checked(size(&image), channels, image.decode().map_err(refused)?)
        .ok_or_else(|| PictureError::corrupt("JP2", "it has fewer samples than its pixels need"))?;
    let icc = match image.color_space() {
        ColorSpace::Icc { profile, .. } => Some(profile.clone()),
        _ => None,
    };
    Ok(Decoded::told(raster, Told { icc, cicp: None }))
}

fn open(bytes: &[u8], target_resolution: Option<(u32, u32)>) -> Result<Image<'_>, PictureError> {
    let settings = DecodeSettings {
        target_resolution,
        ..DecodeSettings::default()
    };
    Image::new(bytes, &settings).map_err(refused)
}

fn size(image: &Image<'_>) -> Size {
    Size {
        width: image.width(),
        height: image.height(),
    }
}

fn channels(image: &Image<'_>) -> Result<Channels, PictureError> {
    match (image.color_space().num_channels(), image.has_alpha()) {
        (1, false) => Ok(Channels::Grey),
        (1, true) => Ok(Channels::GreyAlpha),
        (3, false) => Ok(Channels::Rgb),
        (3, true) => Ok(Channels::Rgba),
        (4, false) => Ok(Channels::Cmyk),
        (count, _) => Err(PictureError::Unsupported(format!("a JP2 with {count} channels"))),
    }
}

/// The decoder takes what is missing for zero. A whole codestream ends with its marker (EOC), which a box file may pad.
fn ends_as_it_should(bytes: &[u8]) -> bool {
    const END: [u8; 2] = [0xFF, 0xD9];
    let is_bare = bytes.starts_with(&[0xFF, 0x4F]);
    let tail = bytes.get(bytes.len().saturating_sub(if is_bare { 16 } else { 64 << 10 })..);
    tail.is_some_and(|tail| tail.windows(2).any(|pair| pair == END))
}

fn refused(error: DecodeError) -> PictureError {
    PictureError::corrupt("JP2", error)
}
