//! From samples as they are stored to 8 or 16 bits, interleaved.

use tiff::decoder::{BufferLayoutPreference, DecodingResult};

use super::Kind;
use crate::pipeline::error::PictureError;
use crate::pipeline::num::{byte, usize_of, word};
use crate::pipeline::raster::{Samples, Size};
use crate::pipeline::tone;

/// The samples that are shown, of all pixels. Floating point without a profile is light, and gets a curve.
pub(super) fn even(
    stored: DecodingResult,
    layout: &BufferLayoutPreference,
    size: Size,
    kind: &Kind,
    is_light: bool,
) -> Result<Samples, PictureError> {
    let float = |value: f32| word(if is_light { tone::encode(value.max(0.0)) } else { value });
    let samples = match stored {
        DecodingResult::U8(packed) if kind.bits < 8 => {
            let stride = layout.row_stride.map_or(0, std::num::NonZero::get);
            return Ok(Samples::U8(unpack(&packed, stride, size, kind)));
        }
        DecodingResult::U8(samples) => Samples::U8(samples),
        DecodingResult::U16(samples) => Samples::U16(samples),
        DecodingResult::U32(samples) => Samples::U16(samples.into_iter().map(upper_half).collect()),
        DecodingResult::F32(samples) => Samples::U16(samples.into_iter().map(float).collect()),
        DecodingResult::F16(samples) => Samples::U16(samples.into_iter().map(|value| float(value.to_f32())).collect()),
        _ => return Err(PictureError::Unsupported("a TIFF with signed or 64-bit samples".into())),
    };
    let channels = if kind.indexed { 1 } else { kind.channels.count() };
    Ok(match samples {
        Samples::U8(samples) => Samples::U8(interleave(samples, layout.planes, kind.stored, channels, size)),
        Samples::U16(samples) => Samples::U16(interleave(samples, layout.planes, kind.stored, channels, size)),
    })
}

fn upper_half(sample: u32) -> u16 {
    u16::try_from(sample >> 16).unwrap_or(u16::MAX)
}

/// Several samples in a byte, rows beginning with a byte of their own. Indices stay what they are, grey is stretched.
fn unpack(packed: &[u8], stride: usize, size: Size, kind: &Kind) -> Vec<u8> {
    let bits = usize::from(kind.bits);
    let most = (1_u8 << kind.bits) - 1;
    let factor = if kind.indexed { 1 } else { u8::MAX / most };
    let width = usize_of(size.width);
    packed
        .chunks(stride.max(1))
        .take(usize_of(size.height))
        .flat_map(|row| {
            (0..width).map(move |x| {
                let place = x * bits;
                let byte = row.get(place / 8).copied().unwrap_or_default();
                ((byte >> (8 - bits - place % 8)) & most) * factor
            })
        })
        .collect()
}

/// The first `channels` samples of each pixel, from planes one after the other or from pixels of `stored` samples.
fn interleave<T: Copy>(samples: Vec<T>, planes: usize, stored: usize, channels: usize, size: Size) -> Vec<T> {
    if planes > 1 {
        let planes: Vec<&[T]> = samples.chunks(size.pixels().max(1)).take(channels).collect();
        return (0..size.pixels())
            .flat_map(|at| planes.iter().filter_map(move |plane| plane.get(at).copied()))
            .collect();
    }
    if stored == channels {
        return samples;
    }
    let pixels = samples.chunks_exact(stored.max(1));
    pixels.flat_map(|pixel| pixel.iter().take(channels).copied()).collect()
}

/// Brightness and colour differences, as JPEG has them, to colours.
pub(super) fn from_ycbcr(samples: Samples) -> Samples {
    let Samples::U8(mut samples) = samples else {
        return samples;
    };
    for pixel in samples.as_chunks_mut::<3>().0 {
        let [y, cb, cr] = pixel.map(f32::from);
        let (cb, cr) = (cb - 128.0, cr - 128.0);
        *pixel = [
            byte(y + 1.402 * cr),
            byte(y - 0.344_136 * cb - 0.714_136 * cr),
            byte(y + 1.772 * cb),
        ];
    }
    Samples::U8(samples)
}
