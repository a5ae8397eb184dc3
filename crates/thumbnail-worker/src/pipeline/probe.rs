//! What a file is, by its content; the extension only helps to name what is not read.

use super::container::{jpeg, png};
use super::decode;
use super::error::PictureError;
pub use super::format::Format;
use super::gain;
use super::limits::Limits;
use super::num::u64_of;
use super::options::PictureOptions;
use super::orient::Orientation;
use super::raster::{Channels, Size};

use serde::{Deserialize, Serialize};

mod foreign;

/// How a file is to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reading {
    /// What people call it: the extension tells cameras' raw files from TIFF.
    pub(crate) name: String,
    /// What is refused.
    pub(crate) limits: Limits,
    /// Take what can be read of a damaged file.
    pub(crate) lenient: bool,
    /// Take the picture that a camera put into its raw file where its shorter side has this many pixels.
    pub(crate) embedded: Option<u32>,
}

impl Reading {
    /// Of a file called `name`.
    pub(crate) fn new(name: &str, options: &PictureOptions, limits: &Limits) -> Self {
        Self {
            name: name.to_owned(),
            limits: *limits,
            lenient: options.process_invalid,
            embedded: options.embedded,
        }
    }
}

/// What the head of a file says about the picture in it. All of it is a claim until decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each read from the file"
)]
pub struct Header {
    /// The decoder to use.
    pub format: Format,
    /// Pixels, before orientation.
    pub width: u32,
    /// Pixels, before orientation.
    pub height: u32,
    /// What the decoder will give.
    pub(crate) channels: Channels,
    /// Two bytes per sample instead of one.
    pub sixteen_bit: bool,
    /// A JPEG in passes.
    pub progressive: bool,
    /// VP8L, or a JPEG without DCT.
    pub lossless: bool,
    /// More than one frame.
    pub animated: bool,
    /// A sensor's data that can be developed at half their size.
    pub(crate) halves: bool,
    /// The decoder gives opaque rows of 8 bits from the top down.
    pub(crate) by_rows: bool,
    /// Which way up, where the format itself tells; where it does not, EXIF does.
    pub orientation: Option<Orientation>,
    /// How the decoder has turned the picture already when it gives it: width and height are those after it.
    pub(crate) turned: Orientation,
    /// Pixels of the photo itself as stored, before all turns; none where it has none, or only a smaller picture in the file
    /// can be read.
    pub(crate) stored: Option<Size>,
    /// Bytes that the decoder holds besides the picture it gives.
    pub decoder_bytes: u64,
    /// The same where it shrinks one part of the picture after the other; none where it has all of it at once.
    pub(crate) in_parts: Option<u64>,
    /// Bytes that a second picture in the file takes when it is decoded, by which this one is made for ordinary screens; 0 where
    /// there is none, or this one is made for them.
    pub(crate) gain_bytes: u64,
    /// Passes over all pixels, where a JPEG is told in several.
    pub(crate) scans: u32,
    /// Pieces that are decoded one by one, where there are many.
    pub(crate) pieces: u32,
    /// Length of the file.
    pub file_bytes: u64,
}

impl Header {
    /// A plain picture of 8 bits, upright.
    pub(crate) fn new(format: Format, size: Size, channels: Channels, bytes: &[u8]) -> Self {
        Self {
            format,
            width: size.width,
            height: size.height,
            channels,
            sixteen_bit: false,
            progressive: false,
            lossless: false,
            animated: false,
            halves: false,
            by_rows: false,
            orientation: Some(Orientation::Upright),
            turned: Orientation::Upright,
            stored: Some(size),
            decoder_bytes: 0,
            in_parts: None,
            gain_bytes: 0,
            scans: 0,
            pieces: 0,
            file_bytes: u64_of(bytes.len()),
        }
    }

    /// The head of a picture that its decoder gives turned in this way already.
    pub(crate) fn already_turned(self, turned: Orientation) -> Self {
        Self {
            turned,
            stored: Some(turned.turned(self.size())),
            ..self
        }
    }

    /// Pixels, before orientation.
    pub(crate) const fn size(&self) -> Size {
        Size {
            width: self.width,
            height: self.height,
        }
    }
}

/// Reads the head of `bytes`.
pub(super) fn probe(bytes: &[u8], reading: &Reading) -> Result<Header, PictureError> {
    match format(bytes, &reading.name)? {
        Format::Jpeg => jpeg_header(bytes).map(|header| gain::jpeg_header(bytes, header)),
        Format::Png => png_header(bytes),
        Format::Webp => webp_header(bytes),
        Format::Gif => decode::gif_header(bytes),
        Format::Bmp => decode::bmp_header(bytes),
        Format::Tiff => decode::tiff_header(bytes, &reading.limits),
        Format::Jxl => decode::jxl_header(bytes),
        format @ (Format::Heic | Format::Avif) => decode::heif_header(bytes, format, &reading.limits),
        Format::Psd => decode::psd_header(bytes),
        Format::Jp2 => decode::jp2_header(bytes),
        Format::Svg => decode::svg_header(bytes),
        Format::Raw => decode::raw_header(bytes, reading),
    }
}

/// What these bytes are. Many cameras' raw files begin like TIFF: there the name decides.
pub(super) fn format(bytes: &[u8], name: &str) -> Result<Format, PictureError> {
    if bytes.is_empty() {
        return Err(PictureError::Empty);
    }
    match Format::of(bytes) {
        Some(Format::Tiff) if foreign::is_raw(name) => Ok(Format::Raw),
        Some(format) => Ok(format),
        None if foreign::is_raw(name) && foreign::is_binary(bytes) => Ok(Format::Raw),
        None => Err(foreign::refusal(bytes, name)),
    }
}

pub(super) fn jpeg_header(bytes: &[u8]) -> Result<Header, PictureError> {
    let frame = jpeg::frame(bytes).ok_or(PictureError::Truncated("JPEG"))?;
    let (progressive, lossless) = match frame.process {
        0xC0 | 0xC1 | 0xC9 => (false, false),
        0xC2 | 0xCA => (true, false),
        0xC3 => (false, true),
        _ => return Err(PictureError::Unsupported("a hierarchical JPEG".into())),
    };
    if frame.precision != 8 {
        return Err(PictureError::Unsupported(format!(
            "a JPEG with {} bits per sample",
            frame.precision
        )));
    }
    let channels = match frame.components {
        1 => Channels::Grey,
        3 => Channels::Rgb,
        4 => Channels::Cmyk,
        other => return Err(PictureError::Unsupported(format!("a JPEG with {other} channels"))),
    };
    let size = Size {
        width: frame.width,
        height: frame.height,
    };
    Ok(Header {
        progressive,
        scans: if progressive { jpeg::scans(bytes) } else { 0 },
        by_rows: true,
        lossless,
        orientation: None,
        ..Header::new(Format::Jpeg, size, channels, bytes)
    })
}

fn png_header(bytes: &[u8]) -> Result<Header, PictureError> {
    let Some((head, _)) = bytes.get(12..).and_then(|rest| rest.split_first_chunk::<14>()) else {
        return Err(PictureError::Truncated("PNG"));
    };
    let &[b'I', b'H', b'D', b'R', w0, w1, w2, w3, h0, h1, h2, h3, depth, colour] = head else {
        return Err(PictureError::corrupt("PNG", "it does not begin with its header"));
    };
    let channels = match colour {
        0 => Channels::Grey,
        2 => Channels::Rgb,
        4 => Channels::GreyAlpha,
        // A palette may have transparent entries.
        _ => Channels::Rgba,
    };
    let size = Size {
        width: u32::from_be_bytes([w0, w1, w2, w3]),
        height: u32::from_be_bytes([h0, h1, h2, h3]),
    };
    // Two bytes behind: whether the picture comes in passes.
    let in_order = bytes.get(28) == Some(&0);
    let opaque = matches!(colour, 0 | 2) && !png::chunks_before_samples(bytes).any(|(name, _)| name == *b"tRNS");
    Ok(Header {
        sixteen_bit: depth == 16,
        by_rows: in_order && opaque && depth <= 8,
        lossless: true,
        orientation: None,
        ..Header::new(Format::Png, size, channels, bytes)
    })
}

fn webp_header(bytes: &[u8]) -> Result<Header, PictureError> {
    let features = decode::webp_features(bytes)?;
    let opaque = if features.has_alpha {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    let channels = if features.animated { Channels::Rgba } else { opaque };
    let size = Size {
        width: features.width,
        height: features.height,
    };
    Ok(Header {
        lossless: features.lossless,
        animated: features.animated,
        orientation: None,
        ..Header::new(Format::Webp, size, channels, bytes)
    })
}
