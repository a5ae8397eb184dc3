//! What a file is, by its content; the extension only helps to name what is not read.

use super::container::{jpeg, riff};
use super::error::PictureError;
use super::num::u64_of;
use super::raster::Channels;

mod foreign;

/// The formats with a decoder, by the names under which the worker announces them.
pub const READ_FORMATS: [&str; 3] = ["jpeg", "png", "webp"];

/// A format with a decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG
    Jpeg,
    /// PNG
    Png,
    /// WebP
    Webp,
}

impl Format {
    /// Its name, for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
        }
    }
}

/// What the head of a file says about the picture in it. All of it is a claim until decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Length of the file.
    pub file_bytes: u64,
}

/// Reads the head of `bytes`. `name` is the file's name for people.
pub(super) fn probe(bytes: &[u8], name: &str) -> Result<Header, PictureError> {
    if bytes.is_empty() {
        return Err(PictureError::Empty);
    }
    let header = if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        jpeg_header(bytes)?
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png_header(bytes)?
    } else if riff::is_webp(bytes) {
        webp_header(bytes)?
    } else {
        return Err(foreign::refusal(bytes, name));
    };
    if header.width == 0 || header.height == 0 {
        return Err(PictureError::corrupt(
            header.format.name(),
            "it says that it has no pixels",
        ));
    }
    Ok(header)
}

fn jpeg_header(bytes: &[u8]) -> Result<Header, PictureError> {
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
    Ok(Header {
        format: Format::Jpeg,
        width: frame.width,
        height: frame.height,
        channels,
        sixteen_bit: false,
        progressive,
        lossless,
        animated: false,
        file_bytes: u64_of(bytes.len()),
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
    Ok(Header {
        format: Format::Png,
        width: u32::from_be_bytes([w0, w1, w2, w3]),
        height: u32::from_be_bytes([h0, h1, h2, h3]),
        channels,
        sixteen_bit: depth == 16,
        progressive: false,
        lossless: true,
        animated: false,
        file_bytes: u64_of(bytes.len()),
    })
}

fn webp_header(bytes: &[u8]) -> Result<Header, PictureError> {
    let features = super::decode::webp_features(bytes)?;
    let opaque = if features.has_alpha {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    Ok(Header {
        format: Format::Webp,
        width: features.width,
        height: features.height,
        channels: if features.animated { Channels::Rgba } else { opaque },
        sixteen_bit: false,
        progressive: false,
        lossless: features.lossless,
        animated: features.animated,
        file_bytes: u64_of(bytes.len()),
    })
}
