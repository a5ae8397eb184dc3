//! Writing a picture: JPEG or WebP with a colour profile and nothing else that was not carried on purpose.

mod jpeg;
mod webp;

use super::Picture;
use super::error::PictureError;
use super::num::times;
use super::options::{Output, OutputFormat};
use super::raster::{Channels, Raster, Samples};
use super::strip::Carried;

/// Encodes an 8-bit RGB or RGBA picture.
pub(super) fn encode(raster: &Raster, output: Output, carried: &Carried) -> Result<Picture, PictureError> {
    let Samples::U8(samples) = &raster.samples else {
        return Err(PictureError::internal("encoding", "colours were not converted before"));
    };
    let bytes = match (output.format, raster.channels) {
        (OutputFormat::Jpeg, Channels::Rgb) => jpeg::encode(samples, raster.size, output, carried)?,
        (OutputFormat::Jpeg, Channels::Rgba) => jpeg::encode(&on_white(samples), raster.size, output, carried)?,
        (OutputFormat::Webp, Channels::Rgb) => webp::encode(samples, raster.size, false, output, carried)?,
        (OutputFormat::Webp, Channels::Rgba) => webp::encode(samples, raster.size, true, output, carried)?,
        _ => return Err(PictureError::internal("encoding", "colours were not converted before")),
    };
    Ok(Picture {
        bytes,
        width: raster.size.width,
        height: raster.size.height,
        format: output.format,
        is_progressive: output.progressive && output.format == OutputFormat::Jpeg,
    })
}

/// JPEG has no transparency; drawings and documents, which are what has, are made for white paper.
fn on_white(samples: &[u8]) -> Vec<u8> {
    let (pixels, _) = samples.as_chunks::<4>();
    pixels
        .iter()
        .flat_map(|&[red, green, blue, alpha]| {
            // The two shares add up to at most 255: both are rounded, so the sum is capped.
            [red, green, blue].map(|colour| times(colour, alpha).saturating_add(255 - alpha))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_transparent_becomes_white() {
        assert_eq!(
            super::on_white(&[10, 20, 30, 255, 10, 20, 30, 0, 0, 0, 0, 128]),
            [10, 20, 30, 255, 255, 255, 127, 127, 127]
        );
    }
}
