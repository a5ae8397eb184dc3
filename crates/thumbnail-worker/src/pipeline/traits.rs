//! What the metadata inside a picture says about how to show it: which way up, in which colours, and as which projection.

use std::io::Cursor;

use exif::{In, Tag};
use moxcms::ColorProfile;

use super::cicp::{Cicp, Hdr, Told};
use super::container::{jpeg, riff};
use super::orient::Orientation;
use super::png_colour::{self, PngColour};
use super::probe::{Format, Header};

/// What EXIF begins with in a JPEG.
const EXIF: &[u8] = b"Exif\0\0";

/// The value of EXIF `ColorSpace`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExifColour {
    Srgb,
    /// By its own code, or "uncalibrated" with the interoperability index R03 of DCF.
    AdobeRgb,
    /// Uncalibrated: see the profile, if any.
    Other,
}

/// All of it. What cannot be read is as if it were not there: a broken tag must not cost a picture.
#[derive(Debug, Default)]
pub(super) struct Traits {
    pub(super) orientation: Orientation,
    pub(super) exif_colour: Option<ExifColour>,
    pub(super) profile: Option<Box<ColorProfile>>,
    /// The text in the profile that names it.
    pub(super) profile_name: Option<String>,
    pub(super) sixteen_bit: bool,
    /// The colours have a high dynamic range.
    pub(super) hdr: Option<(Cicp, Hdr)>,
    /// The XMP packet.
    pub(super) xmp: Option<String>,
}

/// Reads the metadata of a file whose header is known.
pub(super) fn read(bytes: &[u8], header: &Header) -> Traits {
    let mut traits = Traits {
        sixteen_bit: header.sixteen_bit,
        orientation: header.orientation.unwrap_or_default(),
        ..Traits::default()
    };
    let boxes = match header.format {
        Format::Jpeg => Boxes {
            icc: jpeg::icc_profile(bytes),
            xmp: jpeg::xmp(bytes).map(<[u8]>::to_vec),
        },
        Format::Webp => Boxes {
            icc: riff::chunk(bytes, *b"ICCP").map(<[u8]>::to_vec),
            xmp: riff::chunk(bytes, *b"XMP ").map(<[u8]>::to_vec),
        },
        Format::Png => {
            read_png(bytes, &mut traits);
            read_exif(bytes, header.format, &mut traits);
            return traits;
        }
        // The decoder tells all that is to be known.
        _ => return traits,
    };
    traits.xmp = boxes.xmp.and_then(|xmp| String::from_utf8(xmp).ok());
    traits.profile = boxes.icc.and_then(|icc| parse_profile(&icc)).map(Box::new);
    traits.profile_name = traits.profile.as_deref().map(super::profile::name);
    traits.hdr = traits.profile.as_deref().and_then(super::profile::code_points);
    read_exif(bytes, header.format, &mut traits);
    traits
}

impl Traits {
    /// Takes what the decoder says of the colours. A profile goes before code points, but none can describe HDR well.
    pub(super) fn told(&mut self, told: &Told) {
        let cicp = told.cicp.filter(|cicp| cicp.is_specified());
        self.hdr = cicp.and_then(|cicp| Some((cicp, cicp.hdr()?)));
        self.profile = told.icc.as_deref().and_then(parse_profile).map(Box::new);
        self.profile_name = self.profile.as_deref().map(super::profile::name);
        self.hdr = self
            .hdr
            .or_else(|| self.profile.as_deref().and_then(super::profile::code_points));
        if let (None, Some(cicp)) = (&self.profile, cicp) {
            self.profile_name = Some(if cicp.is_srgb() { "sRGB" } else { "code points" }.to_owned());
            self.profile = cicp.profile().filter(|_| !cicp.is_srgb()).map(Box::new);
        }
    }
}

/// The colours of a JPEG that is part of another file.
pub(super) fn colours_of_jpeg(bytes: &[u8]) -> Told {
    let mut traits = Traits::default();
    read_exif(bytes, Format::Jpeg, &mut traits);
    let adobe = || ColorProfile::new_adobe_rgb().encode().ok();
    let icc = jpeg::icc_profile(bytes);
    Told {
        icc: icc.or_else(|| adobe().filter(|_| traits.exif_colour == Some(ExifColour::AdobeRgb))),
        cicp: None,
    }
}

/// Which way up, as the EXIF tags of any container say.
pub(super) fn exif_orientation(bytes: &[u8]) -> Option<Orientation> {
    let read = exif::Reader::new()
        .continue_on_error(true)
        .read_from_container(&mut Cursor::new(bytes));
    let exif = read.or_else(|error| error.distill_partial_result(|_| ())).ok()?;
    let field = exif.get_field(Tag::Orientation, In::PRIMARY)?;
    Orientation::from_exif(field.value.get_uint(0)?)
}

struct Boxes {
    icc: Option<Vec<u8>>,
    xmp: Option<Vec<u8>>,
}

fn read_png(bytes: &[u8], traits: &mut Traits) {
    let Ok(reader) = png::Decoder::new(Cursor::new(bytes)).read_info() else {
        return;
    };
    let info = reader.info();
    let xmp = info.utf8_text.iter().find(|text| text.keyword == "XML:com.adobe.xmp");
    traits.xmp = xmp.and_then(|text| text.get_text().ok());
    match png_colour::of(info) {
        PngColour::Cicp(cicp) => traits.told(&Told {
            icc: None,
            cicp: Some(cicp),
        }),
        PngColour::Icc(icc) => traits.told(&Told {
            icc: Some(icc),
            cicp: None,
        }),
        PngColour::Srgb => traits.profile_name = Some("sRGB".to_owned()),
        PngColour::Measured(profile) => {
            traits.profile_name = Some("primaries and gamma".to_owned());
            traits.profile = Some(profile);
        }
        PngColour::Untold => {}
    }
}

fn parse_profile(icc: &[u8]) -> Option<ColorProfile> {
    ColorProfile::new_from_slice(icc)
        .inspect_err(|error| tracing::debug!(%error, "a colour profile that cannot be read is taken as absent"))
        .ok()
}

fn read_exif(bytes: &[u8], format: Format, traits: &mut Traits) {
    let mut reader = exif::Reader::new();
    reader.continue_on_error(true);
    let read = match format {
        // The library would look for it to the end of the file.
        Format::Jpeg => match jpeg::exif(bytes) {
            Some(exif) => reader.read_raw(exif.to_vec()),
            None => return,
        },
        // Some writers begin it as in a JPEG, which the library does not know.
        Format::Webp => match riff::chunk(bytes, *b"EXIF") {
            Some(exif) => reader.read_raw(exif.strip_prefix(EXIF).unwrap_or(exif).to_vec()),
            None => return,
        },
        _ => reader.read_from_container(&mut Cursor::new(bytes)),
    };
    let Ok(exif) = read.or_else(|error| error.distill_partial_result(|_| ())) else {
        return;
    };
    let number = |tag| {
        exif.get_field(tag, In::PRIMARY)
            .and_then(|field| field.value.get_uint(0))
    };
    traits.orientation = number(Tag::Orientation)
        .and_then(Orientation::from_exif)
        .unwrap_or_default();
    let is_r03 = || {
        exif.get_field(Tag::InteroperabilityIndex, In::PRIMARY)
            .is_some_and(|field| match &field.value {
                exif::Value::Ascii(lines) => lines.first().is_some_and(|line| line.starts_with(b"R03")),
                _ => false,
            })
    };
    traits.exif_colour = number(Tag::ColorSpace).map(|code| match code {
        1 => ExifColour::Srgb,
        2 => ExifColour::AdobeRgb,
        _ if is_r03() => ExifColour::AdobeRgb,
        _ => ExifColour::Other,
    });
}
