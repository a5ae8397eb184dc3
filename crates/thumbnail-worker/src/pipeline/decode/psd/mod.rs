//! PSD and PSB: the flat picture that Photoshop keeps beside the layers.
//!
//! After "Adobe Photoshop File Formats Specification", sections File Header, Image Resources, Layer and Mask Information and
//! Image Data.

mod colours;
mod planes;
mod sections;

use self::colours::Shade;
use self::planes::Planes;
use self::sections::{Mode, Sections};
use super::Decoded;
use crate::pipeline::cicp::Told;
use crate::pipeline::error::PictureError;
use crate::pipeline::num::u64_of;
use crate::pipeline::probe::{Format, Header};
use crate::pipeline::raster::{Channels, Raster};

pub(in crate::pipeline) fn header(bytes: &[u8]) -> Result<Header, PictureError> {
    let sections = Sections::read(bytes)?;
    let shade = Shade::of(&sections)?;
    let sample = u64::from(sections.depth.div_ceil(8));
    Ok(Header {
        sixteen_bit: sections.depth > 8,
        // The planes as stored, beside the picture.
        decoder_bytes: u64_of(sections.size.pixels()) * u64_of(shade.planes()) * sample,
        ..Header::new(Format::Psd, sections.size, shade.channels(), bytes)
    })
}

pub(super) fn decode(bytes: &[u8], lenient: bool) -> Result<Decoded, PictureError> {
    let sections = Sections::read(bytes)?;
    let shade = Shade::of(&sections)?;
    let planes = Planes::unpack(&sections, shade.planes(), lenient)?;
    let raster = Raster {
        size: sections.size,
        channels: shade.channels(),
        samples: colours::samples(&sections, shade, &planes),
    };
    if !raster.is_complete() {
        return Err(PictureError::internal("decoding PSD", "samples are missing"));
    }
    // The colours of Lab have become those of sRGB, whatever the file's profile says of print.
    let icc = sections.icc.filter(|_| sections.mode != Mode::Lab);
    let icc = icc.filter(|_| !(sections.mode == Mode::Indexed && shade.channels() == Channels::Grey));
    Ok(Decoded::told(
        raster,
        Told {
            icc: icc.map(<[u8]>::to_vec),
            cicp: None,
        },
    ))
}
