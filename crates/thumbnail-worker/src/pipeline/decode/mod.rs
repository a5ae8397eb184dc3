//! Decoding, no larger than needed.

mod jpeg;
mod png;
mod webp;

pub(super) use webp::features as webp_features;

use super::error::PictureError;
use super::probe::{Format, Header};
use super::raster::Raster;

/// A decoded picture and how much of it is picture.
pub(super) struct Decoded {
    pub(super) raster: Raster,
    /// Width and height of the picture within the raster, in its pixels: a decoder that shrinks rounds up to whole pixels, and
    /// the last one is then only partly covered.
    pub(super) covered: (f64, f64),
}

impl Decoded {
    fn whole(raster: Raster) -> Self {
        let covered = (f64::from(raster.size.width), f64::from(raster.size.height));
        Self { raster, covered }
    }

    pub(super) fn without_opaque_alpha(self) -> Self {
        Self {
            raster: self.raster.without_opaque_alpha(),
            covered: self.covered,
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
    }
}
