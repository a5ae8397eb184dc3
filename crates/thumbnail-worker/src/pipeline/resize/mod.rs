//! The resize: Lanczos3 in linear light, alpha premultiplied where there is any.
//!
//! Light adds up, levels do not: stars and lights at night keep their brightness, and a fine pattern becomes the grey that an eye sees.
//! All levels are taken as those of sRGB's curve, which nearly all files have, or one near to it (Display P3, Adobe RGB, grey with a
//! gamma): a wrong curve is undone where neighbours are alike, which is nearly everywhere. So it is for PQ and HLG: their curves, which are
//! steeper, would let a single glint outshine what is mapped to a range without glints afterwards. Only samples that a decoder calls
//! linear are added up as they are.
//!
//! Pictures of 8 bits are resized by [`rows`], on processors that it knows, and as they come where they come row by row. Others are
//! resized [`whole`].

#[cfg(target_arch = "x86_64")]
mod canvas;
#[cfg(target_arch = "x86_64")]
mod colours;
#[cfg(target_arch = "x86_64")]
mod full;
#[cfg(target_arch = "x86_64")]
mod kernel;
#[cfg(target_arch = "x86_64")]
mod levels;
#[cfg(target_arch = "x86_64")]
mod light;
#[cfg(target_arch = "x86_64")]
mod mixed;
#[cfg(target_arch = "x86_64")]
mod output;
#[cfg(target_arch = "x86_64")]
mod plane;
#[cfg(target_arch = "x86_64")]
mod premultiplied;
#[cfg(target_arch = "x86_64")]
mod rows;
#[cfg(not(target_arch = "x86_64"))]
#[path = "no_rows.rs"]
mod rows;
#[cfg(target_arch = "x86_64")]
mod shared;
#[cfg_attr(
    not(target_arch = "x86_64"),
    allow(dead_code, reason = "rows are never asked for there")
)]
mod source;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
mod weights;
mod whole;

pub(super) use rows::{Instructions, resize as resize_rows, working_memory};
pub(super) use source::{Part, Parts, Planes, Room, Rows};
pub(super) use whole::{level_of, light_of};

use std::convert::Infallible;

use super::decode::Decoded;
use super::error::PictureError;
use super::num::usize_of;
use super::raster::{Raster, Samples, Size};
use whole::{Resampler, Transfer};

/// Resizes one picture after the other with the same working memory.
pub(super) struct Shrinker {
    resampler: Resampler,
}

impl Shrinker {
    pub(super) fn new() -> Self {
        Self {
            resampler: Resampler::new(),
        }
    }

    /// What the decoder gave, at the size that was planned.
    pub(super) fn shrink_decoded(&mut self, decoded: Decoded, to: Size) -> Result<Raster, PictureError> {
        if decoded.raster.size == to {
            return Ok(decoded.raster);
        }
        let transfer = match decoded.told.and_then(|told| told.cicp) {
            Some(cicp) if cicp.is_linear() => Transfer::Linear,
            _ => Transfer::Srgb,
        };
        self.resize(decoded.raster, decoded.covered, to, transfer)
    }

    /// A smaller copy of a picture with the curve of sRGB.
    pub(super) fn shrink(&mut self, raster: &Raster, to: Size) -> Result<Raster, PictureError> {
        let covered = (f64::from(raster.size.width), f64::from(raster.size.height));
        match by_rows(raster, covered, to) {
            Some(small) => Ok(small),
            None => self.resampler.resize(raster.clone(), covered, to, Transfer::Srgb),
        }
    }

    fn resize(
        &mut self,
        raster: Raster,
        covered: (f64, f64),
        to: Size,
        transfer: Transfer,
    ) -> Result<Raster, PictureError> {
        let small = match transfer {
            Transfer::Srgb => by_rows(&raster, covered, to),
            Transfer::Linear => None,
        };
        small.map_or_else(|| self.resampler.resize(raster, covered, to, transfer), Ok)
    }
}

/// By [`rows`], which know 8 bits and some processors.
fn by_rows(raster: &Raster, covered: (f64, f64), to: Size) -> Option<Raster> {
    let (Samples::U8(samples), Some(instructions)) = (&raster.samples, Instructions::detect()) else {
        return None;
    };
    let channels = raster.channels;
    let mut rows = RasterRows {
        rows: samples.chunks_exact((usize_of(raster.size.width) * channels.count()).max(1)),
    };
    let part = Part::of_pixels(raster.size, covered, channels.count());
    let Ok(samples) = resize_rows(&mut rows, &Parts::Pixels(channels, part), to, instructions);
    Some(Raster::of_bytes(to, channels, samples))
}

/// The rows of a picture in memory.
struct RasterRows<'a> {
    rows: std::slice::ChunksExact<'a, u8>,
}

impl Rows for RasterRows<'_> {
    type Error = Infallible;

    fn read(&mut self, _times: usize, rooms: &mut [Room<'_>]) -> Result<(), Infallible> {
        for room in rooms {
            for (into, row) in room.bytes.chunks_mut(room.stride.max(1)).zip(&mut self.rows) {
                if let Some(into) = into.get_mut(..row.len()) {
                    into.copy_from_slice(row);
                }
            }
        }
        Ok(())
    }
}
