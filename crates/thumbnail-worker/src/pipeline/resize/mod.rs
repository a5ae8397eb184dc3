//! The resize: Lanczos3, alpha premultiplied where there is any.
//!
//! Whole pictures are resized by `fast_image_resize`. Pictures of 8 bits that come row by row are resized by [`rows`], on processors
//! that it knows.

#[cfg(target_arch = "x86_64")]
mod kernel;
#[cfg(target_arch = "x86_64")]
mod output;
#[cfg(target_arch = "x86_64")]
mod plane;
#[cfg(target_arch = "x86_64")]
mod rows;
#[cfg(not(target_arch = "x86_64"))]
#[path = "no_rows.rs"]
mod rows;
mod source;
#[cfg(target_arch = "x86_64")]
mod weights;

pub(super) use rows::{Instructions, resize as resize_rows, working_memory};
pub(super) use source::{Part, Parts, Room, Rows};

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::decode::Decoded;
use super::error::PictureError;
use super::memory;
use super::raster::{Channels, Raster, Samples, Size};

/// Resizes one picture after the other with the same working memory.
pub(super) struct Shrinker {
    resizer: Resizer,
}

impl Shrinker {
    pub(super) fn new() -> Self {
        Self {
            resizer: Resizer::new(),
        }
    }

    /// What the decoder gave, at the size that was planned.
    pub(super) fn shrink_decoded(&mut self, decoded: Decoded, to: Size) -> Result<Raster, PictureError> {
        if decoded.raster.size == to {
            return Ok(decoded.raster);
        }
        self.resize(&decoded.raster, decoded.covered, to)
    }

    /// A smaller copy.
    pub(super) fn shrink(&mut self, raster: &Raster, to: Size) -> Result<Raster, PictureError> {
        let covered = (f64::from(raster.size.width), f64::from(raster.size.height));
        self.resize(raster, covered, to)
    }

    fn resize(&mut self, raster: &Raster, covered: (f64, f64), to: Size) -> Result<Raster, PictureError> {
        let failed = |error: &dyn std::fmt::Display| PictureError::internal("resizing", error);
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
            .crop(0.0, 0.0, covered.0, covered.1)
            .use_alpha(raster.channels.has_alpha());
        let (from, kind) = match &raster.samples {
            Samples::U8(samples) => (samples.as_slice(), kind_8(raster.channels)),
            Samples::U16(samples) => (bytemuck::cast_slice(samples), kind_16(raster.channels)),
        };
        let source =
            ImageRef::new(raster.size.width, raster.size.height, from, kind).map_err(|error| failed(&error))?;
        let length = to.pixels() * raster.channels.count();
        let mut samples = match raster.samples {
            Samples::U8(_) => Samples::U8(memory::zeros(length)),
            Samples::U16(_) => Samples::U16(vec![0; length]),
        };
        let into = match &mut samples {
            Samples::U8(samples) => samples.as_mut_slice(),
            Samples::U16(samples) => bytemuck::cast_slice_mut(samples),
        };
        let mut target = Image::from_slice_u8(to.width, to.height, into, kind).map_err(|error| failed(&error))?;
        self.resizer
            .resize(&source, &mut target, &options)
            .map_err(|error| failed(&error))?;
        Ok(Raster {
            size: to,
            channels: raster.channels,
            samples,
        })
    }
}

const fn kind_8(channels: Channels) -> PixelType {
    match channels {
        Channels::Grey => PixelType::U8,
        Channels::GreyAlpha => PixelType::U8x2,
        Channels::Rgb => PixelType::U8x3,
        Channels::Rgba | Channels::Cmyk => PixelType::U8x4,
    }
}

const fn kind_16(channels: Channels) -> PixelType {
    match channels {
        Channels::Grey => PixelType::U16,
        Channels::GreyAlpha => PixelType::U16x2,
        Channels::Rgb => PixelType::U16x3,
        Channels::Rgba | Channels::Cmyk => PixelType::U16x4,
    }
}
