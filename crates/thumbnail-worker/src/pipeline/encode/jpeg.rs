//! JPEG by libjpeg-turbo.

use safelight_jpeg::{Output as Settings, Picture, WriteError, write};

use crate::pipeline::container::jpeg::{APP1, APP2, ICC, SOI, XMP, push};
use crate::pipeline::error::PictureError;
use crate::pipeline::options::Output;
use crate::pipeline::raster::Size;
use crate::pipeline::strip::Carried;

/// From this quality on, colour is kept at full resolution.
const FULL_CHROMA: u8 = 80;

/// The most bytes of a profile that fit into one segment; ours are a few hundred.
const PIECE: usize = 65_000;

pub(super) fn encode(samples: &[u8], size: Size, output: Output, carried: &Carried) -> Result<Vec<u8>, PictureError> {
    let compressed = compress(samples, size, output, carried.halves_colours)
        .map_err(|error| PictureError::internal("encoding JPEG", error))?;
    Ok(with_metadata(&compressed, carried))
}

fn compress(samples: &[u8], size: Size, output: Output, halves_colours: bool) -> Result<Vec<u8>, WriteError> {
    let picture = Picture {
        samples,
        width: size.width,
        height: size.height,
    };
    let settings = Settings {
        quality: output.quality,
        halves_colours: output.quality < FULL_CHROMA || halves_colours,
        progressive: output.progressive,
    };
    write(picture, settings)
}

/// Puts the profile and the panorama behind the first marker.
fn with_metadata(compressed: &[u8], carried: &Carried) -> Vec<u8> {
    let rest = compressed.strip_prefix(&SOI).unwrap_or(compressed);
    let mut out = Vec::with_capacity(compressed.len() + carried.icc.len() + 1024);
    out.extend_from_slice(&SOI);
    if !carried.icc.is_empty() && carried.icc.len() <= PIECE {
        push(&mut out, APP2, &[ICC, &[1, 1], carried.icc]);
    }
    if let Some(xmp) = &carried.xmp {
        push(&mut out, APP1, &[XMP, xmp.as_bytes()]);
    }
    out.extend_from_slice(rest);
    out
}
