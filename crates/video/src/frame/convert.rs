//! From a decoded picture to sRGB.

use gstreamer::Sample;
use gstreamer_video::{VideoFormat, VideoFrameExt as _, VideoFrameFlags};
use safelight_core::settings::ToneMapping;

use super::candidate::{converted, packed, readable};
use crate::error::Refusal;
use crate::tone::{HdrTransfer, ToneMap};
use crate::traits::VideoTraits;

/// Width, height and packed RGB of a picture at its full size.
pub(super) fn to_srgb(
    sample: &Sample,
    video: &VideoTraits,
    tonemap: ToneMapping,
) -> Result<(u32, u32, Vec<u8>), Refusal> {
    let frame = readable(sample)?;
    let (width, height) = (frame.width(), frame.height());
    let transfer = video.transfer.as_deref().and_then(HdrTransfer::of_word);
    let mut rgb = match transfer {
        Some(transfer) if tonemap != ToneMapping::Disabled => {
            let deep = converted(&frame, VideoFormat::Rgba64Le, (width, height))?;
            toned(&packed(&deep, 8)?, &ToneMap::new(transfer, tonemap))
        }
        _ => packed(&converted(&frame, VideoFormat::Rgb, (width, height))?, 3)?,
    };
    if frame.flags().contains(VideoFrameFlags::INTERLACED) {
        let row = usize::try_from(width).map_err(|error| Refusal::Broken(error.to_string()))? * 3;
        unweave(&mut rgb, row);
    }
    Ok((width, height, rgb))
}

/// 16 bits of red, green, blue and nothing become 8 of red, green and blue.
fn toned(deep: &[u8], map: &ToneMap) -> Vec<u8> {
    let (pixels, _) = deep.as_chunks::<8>();
    pixels
        .iter()
        .flat_map(|&[r0, r1, g0, g1, b0, b1, _, _]| map.map([[r0, r1], [g0, g1], [b0, b1]].map(u16::from_le_bytes)))
        .collect()
}

/// Makes the second field of a picture from the first: the two were filmed one after the other, and what moved would have
/// teeth.
fn unweave(rgb: &mut [u8], row: usize) {
    let rows = rgb.len() / row.max(1);
    for line in (1..rows).step_by(2) {
        let (above, rest) = rgb.split_at_mut(line * row);
        let Some(above) = above.get((line - 1) * row..) else {
            return;
        };
        let (own, below) = rest.split_at_mut(row);
        for (at, value) in own.iter_mut().enumerate() {
            let up = above.get(at).copied().unwrap_or_default();
            *value = up.midpoint(below.get(at).copied().unwrap_or(up));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_field_is_made_from_the_first() {
        let mut rgb = vec![10, 10, 10, 99, 99, 99, 20, 20, 20, 99, 99, 99];
        unweave(&mut rgb, 3);
        assert_eq!(rgb, [10, 10, 10, 15, 15, 15, 20, 20, 20, 20, 20, 20]);
        let mut single = vec![1, 2, 3];
        unweave(&mut single, 3);
        assert_eq!(single, [1, 2, 3]);
    }
}
