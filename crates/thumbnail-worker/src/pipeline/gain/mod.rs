//! Gain maps (ISO 21496-1): a second picture in the file, which tells how much brighter or darker each place is on another screen.
//!
//! Nearly all files with one (Ultra HDR, phones' HEIC) show what ordinary screens show without it; there it is left alone. Where the
//! picture itself is made for bright screens, the map makes of it what its author wants to be seen on ordinary ones. A map that is
//! broken costs nothing: the picture is then shown as any other of high dynamic range.

mod apply;
mod jpeg;
mod metadata;
mod space;
mod xmp;

use super::cicp::Told;
use super::decode::{self, Wanted};
use super::error::PictureError;
use super::num::u64_of;
use super::probe::{Format, Header};
use super::raster::{Raster, Size};
use super::traits::Traits;

#[cfg(test)]
pub(super) use self::metadata::{Channel, tests::bytes as metadata_bytes};
pub(super) use self::metadata::{Metadata, of_item};

/// Bytes held for each pixel of the result: the map at its size, and the new colours, of three samples of 16 bits each.
pub(super) const PER_PIXEL: u64 = 12;

/// A map that has been decoded, and what it means.
pub(crate) struct Gain {
    pub(super) metadata: Metadata,
    /// Grey or colour.
    pub(super) map: Raster,
    /// The part of the map that belongs to the picture: left, top, width and height as shares of the whole.
    pub(super) part: [f64; 4],
    /// The colours of the picture for other screens, where they are told.
    pub(super) alternate: Option<Told>,
}

/// The head of a JPEG with what decoding its map takes, where one is to be applied.
pub(super) fn jpeg_header(bytes: &[u8], header: Header) -> Header {
    match jpeg::find(bytes).and_then(|second| second.header(header.size())) {
        Some(map) => Header {
            gain_bytes: held(&map),
            // Those of the map are of fewer pixels.
            scans: header.scans.saturating_add(map.scans),
            ..header
        },
        None => header,
    }
}

/// Bytes that are held while a map with this head is decoded, without what its decoder needs: as it is, and with 16 bits.
pub(super) fn held(map: &Header) -> u64 {
    let pixels = u64::from(map.width) * u64::from(map.height) * u64_of(map.channels.count());
    pixels.saturating_mul(if map.progressive || map.sixteen_bit { 5 } else { 3 })
}

/// A map larger than the picture is somebody's mistake, or trick.
pub(super) const fn is_plausible(map: Size, picture: Size) -> bool {
    map.width > 0 && map.height > 0 && map.width <= picture.width && map.height <= picture.height
}

/// The map of a picture that is to be shown by it; nothing where there is none, or it cannot be had.
pub(super) fn of(bytes: &[u8], header: &Header, wanted: &Wanted<'_>) -> Option<Gain> {
    if header.gain_bytes == 0 {
        return None;
    }
    let gain = match header.format {
        Format::Jpeg => jpeg::decode(bytes, header, wanted),
        Format::Heic | Format::Avif => decode::heif_gain(bytes, header, &wanted.reading.limits),
        _ => return None,
    };
    gain.inspect_err(|error| tracing::debug!(%error, "a gain map that cannot be read is taken as absent"))
        .ok()
}

/// The picture for ordinary screens, with the colours that it then has; nothing where the map cannot be applied.
pub(super) fn shown(base: &Raster, traits: &Traits, gain: &Gain) -> Option<(Raster, Told)> {
    apply::apply(base, traits, gain)
        .inspect_err(|error| tracing::debug!(%error, "a gain map that cannot be applied is taken as absent"))
        .ok()
}

/// What the bytes of a map, or of the picture that has one, make of nonsense.
pub(super) fn fuzzed(bytes: &[u8]) {
    let parsed = [
        metadata::parse(bytes),
        xmp::parse(&String::from_utf8_lossy(bytes)),
        super::container::heif::tone_map(bytes).and_then(|map| of_item(&map.metadata)),
    ];
    for metadata in parsed.into_iter().flatten() {
        metadata.assert_sane();
        apply::fuzzed(&metadata);
    }
    if let Some(second) = jpeg::find(bytes) {
        assert!(second.bytes.len() <= bytes.len() && second.metadata.makes_sdr());
    }
}

fn broken(detail: &'static str) -> PictureError {
    PictureError::corrupt("gain map", detail)
}
