//! TIFF, the first page: grey, colour, ink and palettes of 1 to 32 bits, in strips or tiles, interleaved or in planes.

mod palette;
mod samples;

use std::io::ErrorKind;

use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::{CompressionMethod, Tag, Type, ValueBuffer};
use tiff::{ColorType, TiffError};

use self::palette::{Overlaid, Palette};
use super::Decoded;
use crate::pipeline::cicp::Told;
use crate::pipeline::error::PictureError;
use crate::pipeline::orient::Orientation;
use crate::pipeline::probe::{Format, Header};
use crate::pipeline::raster::{Channels, Raster, Size};

/// The most one tag may have, in bytes: a profile for print, or where each of many strips begins.
const LARGEST_TAG: usize = 16 << 20;

type Reader<'a> = Decoder<Overlaid<'a>>;

/// How the samples of one pixel are to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind {
    channels: Channels,
    /// Samples of a pixel in the file.
    stored: usize,
    /// Bits of a sample in the file.
    bits: u8,
    /// The samples are indices into colours.
    indexed: bool,
    /// Three samples of brightness and two colour differences.
    ycbcr: bool,
    /// The colours are multiplied by the alpha.
    associated: bool,
}

pub(in crate::pipeline) fn header(bytes: &[u8]) -> Result<Header, PictureError> {
    let mut page = Page::open(bytes)?;
    let (width, height) = page.reader.dimensions().map_err(refused)?;
    let size = Size { width, height };
    let Kind {
        channels, stored, bits, ..
    } = page.kind;
    let orientation = page.reader.find_tag_unsigned::<u32>(Tag::Orientation).ok().flatten();
    let pixels = u64::from(width) * u64::from(height);
    let stored = pixels.saturating_mul(u64::try_from(stored * usize::from(bits.div_ceil(8))).unwrap_or(u64::MAX));
    Ok(Header {
        sixteen_bit: bits > 8,
        orientation: Some(orientation.and_then(Orientation::from_exif).unwrap_or_default()),
        // The samples as stored, and one strip of them, which may be all.
        decoder_bytes: stored.saturating_mul(2),
        ..Header::new(Format::Tiff, size, channels, bytes)
    })
}

pub(super) fn decode(bytes: &[u8], header: &Header, lenient: bool) -> Result<Decoded, PictureError> {
    let Page { reader, kind, palette } = Page::open(bytes)?;
    let mut reader = reader.with_limits(limits(LARGEST_TAG, 0));
    let icc = profile(&mut reader);
    let most = usize::try_from(header.decoder_bytes).unwrap_or(usize::MAX);
    let limits = limits(most, bytes.len());
    let mut reader = reader.with_limits(limits.clone());
    let layout = reader.image_buffer_layout().map_err(refused)?;
    let mut buffer = DecodingResult::U8(Vec::new());
    buffer.resize_to(&layout, &limits).map_err(refused)?;
    match reader.read_image_bytes(buffer.as_buffer(0).as_bytes_mut()) {
        Ok(()) => {}
        // What was not reached stays black.
        Err(_) if lenient => {}
        Err(error) => return Err(refused(error)),
    }
    let samples = samples::even(buffer, &layout, header.size(), &kind, icc.is_none())?;
    let samples = match palette {
        Some(palette) => palette.paint(&samples)?,
        None if kind.ycbcr => samples::from_ycbcr(samples),
        None => samples,
    };
    let raster = Raster {
        size: header.size(),
        channels: kind.channels,
        samples,
    };
    if !raster.is_complete() {
        return Err(PictureError::corrupt(
            "TIFF",
            "it has fewer samples than its pixels need",
        ));
    }
    let raster = if kind.associated { raster.unassociated() } else { raster };
    Ok(Decoded::told(raster, Told { icc, cicp: None }))
}

/// The profile as it is stored: read as a list of numbers it would take many times its length.
fn profile(reader: &mut Reader<'_>) -> Option<Vec<u8>> {
    let mut value = ValueBuffer::empty(Type::UNDEFINED);
    let found = reader.image_ifd().find_tag_buf(Tag::IccProfile, &mut value);
    found.ok().flatten().map(|_entry| value.as_bytes().to_vec())
}

fn limits(most: usize, file: usize) -> Limits {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = most;
    limits.intermediate_buffer_size = most.saturating_add(file);
    limits.ifd_value_size = LARGEST_TAG;
    limits
}

/// The first page, not decoded yet.
struct Page<'a> {
    reader: Reader<'a>,
    kind: Kind,
    palette: Option<Palette>,
}

impl<'a> Page<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, PictureError> {
        let mut reader = Decoder::new(Overlaid::plain(bytes)).map_err(refused)?;
        let photometric = reader.find_tag_unsigned::<u16>(Tag::PhotometricInterpretation);
        let palette = if photometric.map_err(refused)? == Some(INDEXED) {
            let palette = Palette::read(&mut reader).map_err(refused)?;
            // The crate has no palettes: it is shown a page of grey indices.
            reader = Decoder::new(Overlaid::as_grey(bytes)).map_err(refused)?;
            Some(palette)
        } else {
            None
        };
        let kind = kind(&mut reader, palette.is_some())?;
        Ok(Self { reader, kind, palette })
    }
}

/// Photometric interpretation of a palette.
const INDEXED: u16 = 3;

fn kind(reader: &mut Reader<'_>, indexed: bool) -> Result<Kind, PictureError> {
    let extra = reader
        .find_tag_unsigned_vec::<u16>(Tag::ExtraSamples)
        .map_err(refused)?;
    let extra = extra.and_then(|extra| extra.first().copied());
    let colour = reader.colortype().map_err(refused)?;
    let channels = match colour {
        ColorType::Gray(_) if indexed => Channels::Rgb,
        ColorType::Multiband { num_samples: 2.., .. } if matches!(extra, Some(1 | 2)) => Channels::GreyAlpha,
        ColorType::Gray(_) | ColorType::Multiband { .. } => Channels::Grey,
        ColorType::RGB(_) | ColorType::YCbCr(8) => Channels::Rgb,
        ColorType::RGBA(_) | ColorType::GrayA(_) => Channels::Rgba,
        ColorType::CMYK(_) | ColorType::CMYKA(_) => Channels::Cmyk,
        other => return Err(PictureError::Unsupported(format!("a TIFF of this kind ({other:?})"))),
    };
    // The decoder of JPEG gives colours whatever it finds.
    let compression = reader.find_tag_unsigned::<u16>(Tag::Compression).map_err(refused)?;
    let is_jpeg = compression == Some(CompressionMethod::ModernJPEG.to_u16());
    let bits = colour.bit_depth();
    let stored = usize::from(colour.num_samples());
    match bits {
        8 | 1 | 2 | 4 if indexed => {}
        8 | 16 | 32 if !indexed => {}
        1 | 2 | 4 if colour.num_samples() == 1 => {}
        _ => return Err(PictureError::Unsupported(format!("a TIFF with {bits} bits per sample"))),
    }
    Ok(Kind {
        channels,
        stored,
        bits,
        indexed,
        ycbcr: matches!(colour, ColorType::YCbCr(_)) && !is_jpeg,
        associated: extra == Some(1) && channels.has_alpha(),
    })
}

fn refused(error: TiffError) -> PictureError {
    match error {
        TiffError::IoError(io) if io.kind() == ErrorKind::UnexpectedEof => PictureError::Truncated("TIFF"),
        TiffError::UnsupportedError(error) => PictureError::Unsupported(format!("a TIFF of this kind ({error})")),
        other => PictureError::corrupt("TIFF", other),
    }
}
