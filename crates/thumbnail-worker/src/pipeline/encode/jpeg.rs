//! JPEG by libjpeg-turbo.

use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

use crate::pipeline::container::jpeg::{APP0, APP1, APP2, ICC, SOI, XMP, push, segments};
use crate::pipeline::error::PictureError;
use crate::pipeline::num::usize_of;
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

fn compress(samples: &[u8], size: Size, output: Output, halves_colours: bool) -> turbojpeg::Result<Vec<u8>> {
    let mut compressor = Compressor::new()?;
    compressor.set_quality(i32::from(output.quality.clamp(1, 100)))?;
    compressor.set_subsamp(if output.quality >= FULL_CHROMA && !halves_colours {
        Subsamp::None
    } else {
        Subsamp::Sub2x2
    })?;
    compressor.set_optimize(true)?;
    compressor.set_progressive(output.progressive)?;
    let width = usize_of(size.width);
    let height = usize_of(size.height);
    compressor.compress_to_vec(Image {
        pixels: samples,
        width,
        pitch: width * 3,
        height,
        format: PixelFormat::RGB,
    })
}

/// Puts the profile and the panorama behind the first marker, in place of the JFIF header, which says nothing of use.
fn with_metadata(compressed: &[u8], carried: &Carried) -> Vec<u8> {
    let mut found = segments(compressed);
    let mut rest = found.rest();
    if found.next().is_some_and(|segment| segment.marker == APP0) {
        rest = found.rest();
    }
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
