//! The gain map of a JPEG: another JPEG behind it, which says of itself what it means.

use super::metadata::{self, Metadata};
use super::{Gain, broken, is_plausible, xmp};
use crate::pipeline::cicp::Told;
use crate::pipeline::container::{jpeg, mpf};
use crate::pipeline::decode::{self, Wanted};
use crate::pipeline::error::PictureError;
use crate::pipeline::probe::{self, Header};
use crate::pipeline::raster::{Channels, Size};

/// What an APP2 with the parameters begins with (ISO 21496-1, annex C.4).
pub(super) const ISO: &[u8] = b"urn:iso:std:iso:ts:21496:-1\0";

/// The map, and what it says.
pub(super) struct Second<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) metadata: Metadata,
}

/// The map that makes of a picture for bright screens one for ordinary ones.
pub(super) fn find(bytes: &[u8]) -> Option<Second<'_>> {
    let others = mpf::others(bytes)
        .into_iter()
        .filter(|other| other.starts_with(&jpeg::SOI));
    let mut maps = others.filter_map(|bytes| {
        Some(Second {
            bytes,
            metadata: told(bytes)?,
        })
    });
    maps.find(|map| map.metadata.makes_sdr())
}

/// What the head of a map says of it. The binary form is the standard's, and goes first.
fn told(bytes: &[u8]) -> Option<Metadata> {
    let binary = jpeg::segments(bytes)
        .filter(|segment| segment.marker == jpeg::APP2)
        .find_map(|segment| metadata::parse(segment.data.strip_prefix(ISO)?));
    binary.or_else(|| xmp::parse(&String::from_utf8_lossy(jpeg::xmp(bytes)?)))
}

impl Second<'_> {
    /// Its head, if a picture of this size may have it as map.
    pub(super) fn header(&self, picture: Size) -> Option<Header> {
        let header = probe::jpeg_header(self.bytes).ok()?;
        let is_map = matches!(header.channels, Channels::Grey | Channels::Rgb) && is_plausible(header.size(), picture);
        is_map.then_some(header)
    }

    /// The colours of the other picture, where the map has them (annex C.4): then the gain applies to light in these.
    fn alternate(&self) -> Option<Told> {
        let icc = jpeg::icc_profile(self.bytes).filter(|_| !self.metadata.uses_base_colours)?;
        Some(Told {
            icc: Some(icc),
            cicp: None,
        })
    }
}

/// The map, no larger than needed. One that is cut off or damaged is an error.
pub(super) fn decode(bytes: &[u8], header: &Header, wanted: &Wanted<'_>) -> Result<Gain, PictureError> {
    let second = find(bytes).ok_or_else(|| broken("it is not there"))?;
    let head = second.header(header.size());
    let head = head.ok_or_else(|| broken("it is no picture that a map may be"))?;
    let scale = scale(head.size(), wanted.base);
    let strict = probe::Reading {
        lenient: false,
        ..wanted.reading.clone()
    };
    let as_needed = Wanted {
        scale,
        base: wanted.base,
        reading: &strict,
    };
    let decoded = decode::decode(second.bytes, &head, &as_needed)?;
    let map = decoded.raster;
    let share = |covered: f64, whole: u32| covered / f64::from(whole);
    let (width, height) = decoded.covered;
    Ok(Gain {
        metadata: second.metadata,
        part: [0.0, 0.0, share(width, map.size.width), share(height, map.size.height)],
        alternate: second.alternate(),
        map,
    })
}

/// By how much the decoder may shrink a map that is larger than the result.
fn scale(map: Size, base: Size) -> u32 {
    let is_enough = |scale: &u32| map.width / scale >= base.width && map.height / scale >= base.height;
    [8, 4, 2].into_iter().find(is_enough).unwrap_or(1)
}
