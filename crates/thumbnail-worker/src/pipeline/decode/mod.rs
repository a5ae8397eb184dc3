//! Decoding, no larger than needed.

mod bmp;
mod gif;
mod heif;
mod jp2;
mod jpeg;
mod jxl;
mod png;
mod psd;
mod raw;
mod svg;
mod tiff;
mod webp;

pub(super) use bmp::{header as bmp_header, is_array as is_bmp_array};
pub(super) use gif::header as gif_header;
pub(super) use heif::{gain as heif_gain, header as heif_header};
pub(super) use jp2::header as jp2_header;
pub(super) use jxl::header as jxl_header;
pub(super) use psd::header as psd_header;
pub(super) use raw::{HALF_SAVES, embedded_picture, header as raw_header, pages_end};
pub(super) use svg::header as svg_header;
pub(crate) use svg::load_fonts;
pub(super) use tiff::header as tiff_header;
pub(super) use webp::features as webp_features;

use super::cicp::Told;
use super::error::PictureError;
use super::probe::{Format, Header, Reading};
use super::raster::{Raster, Size};
use super::resize::Instructions;

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

/// How a picture is to be decoded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// Shrunk by this where the decoder can: 1, 2, 4 or 8.
    pub(crate) scale: u32,
    /// The size that is needed in the end, for decoders that can make any.
    pub(crate) base: Size,
    /// How the file is to be read.
    pub(crate) reading: &'a Reading,
}

/// Decodes and resizes at once, where rows come one after the other and this processor has the instructions for it.
pub(super) fn decode_shrunk(
    bytes: &[u8],
    header: &Header,
    wanted: &Wanted<'_>,
    pause: &dyn Fn() -> Result<(), PictureError>,
) -> Result<Option<Raster>, PictureError> {
    match Instructions::detect() {
        Some(instructions) if comes_by_rows(header, wanted.scale, wanted.base) => match header.format {
            Format::Png => png::decode_shrunk(bytes, header, wanted, instructions, pause).map(Some),
            _ => jpeg::decode_shrunk(bytes, header, wanted, instructions, pause).map(Some),
        },
        _ => Ok(None),
    }
}

/// The size at which a decoder that shrinks by `scale` gives the picture.
pub(super) const fn shrunk(header: &Header, scale: u32) -> Size {
    Size {
        width: header.width.div_ceil(scale),
        height: header.height.div_ceil(scale),
    }
}

/// Whether a picture is resized while it is decoded.
pub(super) fn comes_by_rows(header: &Header, scale: u32, base: Size) -> bool {
    matches!(header.format, Format::Jpeg | Format::Png) && header.by_rows && shrunk(header, scale) != base
}

/// Decodes, at least as large as wanted.
pub(super) fn decode(bytes: &[u8], header: &Header, wanted: &Wanted<'_>) -> Result<Decoded, PictureError> {
    let Wanted { scale, base, reading } = *wanted;
    let lenient = reading.lenient;
    match header.format {
        Format::Jpeg => jpeg::decode(bytes, header, scale, lenient),
        Format::Png => png::decode(bytes, header, lenient).map(Decoded::whole),
        Format::Webp if header.animated => webp::decode_first_frame(bytes, header).map(Decoded::whole),
        Format::Webp => webp::decode(bytes, header, scale).map(Decoded::whole),
        Format::Gif => gif::decode(bytes, header, lenient).map(Decoded::whole),
        Format::Bmp => bmp::decode(bytes, header, lenient).map(Decoded::whole),
        Format::Tiff => tiff::decode(bytes, header, &reading.limits, lenient),
        Format::Jxl => jxl::decode(bytes, header, lenient),
        Format::Heic | Format::Avif => heif::decode(bytes, header, wanted),
        Format::Psd => psd::decode(bytes, lenient),
        Format::Jp2 => jp2::decode(bytes, base, lenient),
        Format::Svg => svg::decode(bytes, base),
        Format::Raw => raw::decode(bytes, header, scale, lenient),
    }
}
