//! TIFF, the first page, by libtiff: every compression that it undoes, strips and tiles, samples of 1 to 64 bits, together or in
//! planes.

mod colours;
mod kind;
mod numbers;
mod pieces;

use safelight_tiff::{Page, TiffError};

use self::kind::Kind;
use self::pieces::Pieces;
use super::Decoded;
use crate::pipeline::cicp::Told;
use crate::pipeline::error::PictureError;
use crate::pipeline::limits::Limits;
use crate::pipeline::num::{u64_of, usize_of};
use crate::pipeline::orient::Orientation;
use crate::pipeline::probe::{Format, Header};
use crate::pipeline::raster::{Raster, Samples, Size};

/// The most bytes of a profile: those of print have some.
const LONGEST_PROFILE: usize = 16 << 20;

pub(in crate::pipeline) fn header(bytes: &[u8], limits: &Limits) -> Result<Header, PictureError> {
    let page = open(bytes, limits)?;
    let kind = Kind::of(page.facts())?;
    let facts = page.facts();
    let size = Size {
        width: facts.width,
        height: facts.height,
    };
    let pixels = u64::from(size.width) * u64::from(size.height);
    // Indices and signs are looked at beside what they become.
    let beside = if kind.is_indexed() { pixels.saturating_mul(2) } else { 0 };
    let working = pieces::working_memory(facts, &kind);
    Ok(Header {
        sixteen_bit: kind.is_deep(),
        orientation: Some(Orientation::from_exif(u32::from(facts.orientation)).unwrap_or_default()),
        decoder_bytes: working.saturating_add(beside),
        ..Header::new(Format::Tiff, size, kind.channels, bytes)
    })
}

/// The same of a file that is named like a camera's raw file, where it is none: its first page is the picture.
pub(super) fn plain_header(bytes: &[u8], limits: &Limits) -> Option<Header> {
    let page = open(bytes, limits).ok()?;
    let is_beside = page.facts().is_beside;
    drop(page);
    header(bytes, limits).ok().filter(|_| !is_beside)
}

pub(super) fn decode(bytes: &[u8], header: &Header, limits: &Limits, lenient: bool) -> Result<Decoded, PictureError> {
    let mut page = open(bytes, limits)?;
    let kind = Kind::of(page.facts())?;
    let icc = page.profile().filter(|icc| icc.len() <= LONGEST_PROFILE);
    let size = header.size();
    let samples = if kind.comes_as_colours {
        Samples::U8(pieces::colours(&mut page, size, lenient)?)
    } else {
        let numbers = kind.numbers(icc.is_none());
        let mut pieces = Pieces::new(&mut page, numbers, kind.stored(), lenient)?;
        if kind.is_deep() || kind.has_wide_indices() {
            Samples::U16(pieces.all(size)?)
        } else {
            Samples::U8(pieces.all(size)?)
        }
    };
    let samples = colours::shown(samples, &kind, &page)?;
    let raster = Raster {
        size,
        channels: kind.channels,
        samples,
    };
    if !raster.is_complete() {
        return Err(PictureError::corrupt(
            "TIFF",
            "it has fewer samples than its pixels need",
        ));
    }
    let raster = if kind.is_associated() {
        raster.unassociated()
    } else {
        raster
    };
    // A profile of Lab says nothing of colours that are not Lab any more.
    let icc = icc.filter(|_| !kind.is_converted());
    Ok(Decoded::told(raster, Told { icc, cicp: None }))
}

fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Page<'a>, PictureError> {
    let page = Page::open(bytes, limits.memory).map_err(|error| refused(&error))?;
    let facts = page.facts();
    if facts.has_decoder {
        Ok(page)
    } else {
        let compression = facts.compression;
        Err(PictureError::Unsupported(format!(
            "a TIFF with the compression {compression}"
        )))
    }
}

fn refused(error: &TiffError) -> PictureError {
    match error {
        TiffError::Ends(_) => PictureError::Truncated("TIFF"),
        TiffError::Unreadable(words) => PictureError::corrupt("TIFF", words),
        TiffError::NoMemory | TiffError::NoRoom => PictureError::internal("decoding TIFF", error),
    }
}

/// A product of lengths that may be claims.
fn product(factors: &[u64]) -> u64 {
    factors
        .iter()
        .fold(1, |product: u64, factor| product.saturating_mul(*factor))
}

/// Samples of a picture of so many per pixel.
fn room(size: Size, stored: usize) -> usize {
    usize_of(size.width)
        .saturating_mul(usize_of(size.height))
        .saturating_mul(stored)
}

/// Bytes of a row of so many samples.
fn row_bytes(samples: u64, bits: u16) -> u64 {
    samples.saturating_mul(u64::from(bits)).div_ceil(8)
}

/// The same as a length in memory.
fn length(bytes: u64) -> Result<usize, PictureError> {
    usize::try_from(bytes).map_err(|error| PictureError::corrupt("TIFF", error))
}

/// Whether so many bytes are there.
fn covers(bytes: usize, wanted: u64) -> bool {
    u64_of(bytes) >= wanted
}
