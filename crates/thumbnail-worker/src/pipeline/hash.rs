//! The thumbhash: some 25 bytes that stand for the picture until it is loaded.

use super::error::PictureError;
use super::num::usize_of;
use super::raster::{Channels, Raster, Samples};
use super::resize::Shrinker;

/// The longest side the algorithm takes.
const SIDE: u32 = 100;

/// The hash of an 8-bit picture of any size.
pub(super) fn thumbhash(raster: &Raster, shrinker: &mut Shrinker) -> Result<Vec<u8>, PictureError> {
    let small = shrinker.shrink(raster, raster.size.within(SIDE))?;
    let Samples::U8(samples) = &small.samples else {
        return Err(PictureError::internal("hashing", "colours were not converted before"));
    };
    let (width, height) = (usize_of(small.size.width), usize_of(small.size.height));
    if small.channels == Channels::Rgba {
        return Ok(thumbhash::rgba_to_thumb_hash(width, height, samples));
    }
    let opaque: Vec<u8> = samples
        .as_chunks::<3>()
        .0
        .iter()
        .flat_map(|&[r, g, b]| [r, g, b, u8::MAX])
        .collect();
    Ok(thumbhash::rgba_to_thumb_hash(width, height, &opaque))
}
