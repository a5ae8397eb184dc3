//! Decoding, no larger than needed.

mod bmp;
mod gif;
mod jpeg;
mod jxl;
mod png;
mod tiff;
mod webp;

pub(super) use bmp::header as bmp_header;
pub(super) use gif::header as gif_header;
pub(super) use jxl::header as jxl_header;
pub(super) use tiff::header as tiff_header;
pub(super) use webp::features as webp_features;

use super::cicp::Told;
use super::error::PictureError;
use super::probe::{Format, Header};
use super::raster::Raster;

/// A decoded picture and how much of it is picture.
pub(crate) struct Decoded {
    pub(crate) raster: Raster,
    /// Width and height of the picture within the raster, in its pixels: a decoder that shrinks rounds up to whole pixels, and
    /// the last one is then only partly covered.
    pub(crate) covered: (f64, f64),
    /// What the decoder says of the colours; nothing where they are in the file for all to read.
    pub(crate) told: Option<Told>,
}

impl Decoded {
    pub(crate) fn whole(raster: Raster) -> Self {
        let covered = (f64::from(raster.size.width), f64::from(raster.size.height));
        Self {
            raster,
            covered,
            told: None,
        }
    }

    pub(crate) fn told(raster: Raster, told: Told) -> Self {
        Self {
            told: Some(told),
            ..Self::whole(raster)
        }
    }

    pub(super) fn without_opaque_alpha(self) -> Self {
        Self {
            raster: self.raster.without_opaque_alpha(),
            ..self
        }
    }
}

/// Decodes at 1/`scale`. With `lenient`, what can be read of a damaged file is taken.
pub(super) fn decode(bytes: &[u8], header: &Header, scale: u32, lenient: bool) -> Result<Decoded, PictureError> {
    match header.format {
        Format::Jpeg => jpeg::decode(bytes, header, scale, lenient),
        Format::Png => png::decode(bytes, header, lenient).map(Decoded::whole),
        Format::Webp if header.animated => webp::decode_first_frame(bytes, header).map(Decoded::whole),
        Format::Webp => webp::decode(bytes, header, scale).map(Decoded::whole),
        Format::Gif => gif::decode(bytes, header, lenient).map(Decoded::whole),
        Format::Bmp => bmp::decode(bytes, header, lenient).map(Decoded::whole),
        Format::Tiff => tiff::decode(bytes, header, lenient),
        Format::Jxl => jxl::decode(bytes, header, lenient),
        Format::Heic | Format::Avif => Err(PictureError::internal(
            "decoding",
            "this is left to a process of its own",
        )),
    }
}
