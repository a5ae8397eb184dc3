//! The gain map of a file: an item that libheif decodes as any other, and one that says what it means, which libheif does not know.

use libheif_rs::HeifError;

use super::{How, Open, bare, header_of, pixels, refusal, way};
use crate::pipeline::container::heif::{ToneMap, tone_map};
use crate::pipeline::error::PictureError;
use crate::pipeline::gain::{self, Gain, Metadata};
use crate::pipeline::limits::Limits;
use crate::pipeline::num::u64_of;
use crate::pipeline::probe::{Format, Header};
use crate::pipeline::raster::Size;

/// The item that makes a picture for ordinary screens of one for bright ones, and its parameters.
fn wanted(file: &[u8]) -> Option<(ToneMap<'_>, Metadata)> {
    let item = tone_map(file)?;
    let metadata = gain::of_item(&item.metadata).filter(Metadata::makes_sdr)?;
    Some((item, metadata))
}

/// Bytes that decoding the map takes; 0 where none is to be applied.
pub(super) fn bytes(file: &[u8], open: &Open<'_>, picture: Size) -> u64 {
    let Some((item, _)) = wanted(file) else { return 0 };
    let Ok(handle) = open.context.image_handle(item.map) else {
        return 0;
    };
    let map = header_of(&handle, Format::Heic, true);
    if !gain::is_plausible(map.size(), picture) {
        return 0;
    }
    // What libheif holds: see `Open::working_memory`.
    let working = u64_of(map.size().pixels()) * 9 * if map.sixteen_bit { 2 } else { 1 };
    gain::held(&map).saturating_add(working)
}

/// The map, as the picture is given: turned where libheif turns it, and of the part that is shown.
pub(in crate::pipeline) fn decode(bytes: &[u8], header: &Header, limits: &Limits) -> Result<Gain, PictureError> {
    let file = bare::mended(bytes);
    let corrupt = |detail| PictureError::corrupt("gain map", detail);
    let (item, metadata) = wanted(&file).ok_or_else(|| corrupt("it is not there"))?;
    let way = way(&file, header.format, limits)?;
    let open = Open::new(&file, header.format, limits)?;
    let refused = |error: HeifError| refusal(header.format, &error);
    let handle = open.context.image_handle(item.map).map_err(refused)?;
    let how = How {
        lenient: false,
        transformed: way.is_none(),
    };
    let head = header_of(&handle, header.format, how.transformed);
    let picture = way.as_ref().map_or_else(|| header.size(), |(_, shape)| shape.stored);
    if !gain::is_plausible(head.size(), picture) {
        return Err(corrupt("it is larger than the picture"));
    }
    let map = pixels(&open.lib, &handle, &head, head.size(), how)?;
    let part = way.map_or([0.0, 0.0, 1.0, 1.0], |(_, shape)| {
        let share = |length: u32, whole: u32| f64::from(length) / f64::from(whole);
        let (area, stored) = (shape.area, shape.stored);
        [
            share(area.left, stored.width),
            share(area.top, stored.height),
            share(area.size.width, stored.width),
            share(area.size.height, stored.height),
        ]
    });
    Ok(Gain {
        metadata,
        map,
        part,
        alternate: item.colours,
    })
}
