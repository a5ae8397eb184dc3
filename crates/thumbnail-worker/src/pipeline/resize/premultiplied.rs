//! Light that is multiplied by its alpha, so that what nobody can see weighs nothing.

use super::kernel::{LANES, Lanes};
use super::light::{FULL, light};
use crate::pipeline::raster::Channels;

/// Makes light of rows of levels, whose last channel is alpha: in groups of sixteen pixels one channel after the other.
pub(super) fn fill(levels: &[u8], stride: usize, channels: Channels, into: &mut [i16], into_stride: usize) {
    let count = channels.count();
    let rows = levels.chunks_exact(stride.max(1));
    for (levels, into) in rows.zip(into.chunks_exact_mut(into_stride.max(1))) {
        let groups = levels.chunks(LANES * count).zip(into.chunks_exact_mut(LANES * count));
        for (levels, into) in groups {
            for (at, pixel) in levels.chunks_exact(count).enumerate() {
                let alpha = pixel.last().copied().unwrap_or_default();
                for (channel, (&level, into)) in pixel.iter().zip(into.iter_mut().skip(at).step_by(LANES)).enumerate() {
                    let light = if channel + 1 == count { FULL } else { light(level) };
                    *into = times(light, alpha);
                }
            }
        }
    }
}

/// A share of light, rounded; light is not negative.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "no more than the light"
)]
fn times(light: i16, alpha: u8) -> i16 {
    ((i32::from(light) * i32::from(alpha) + 127) / 255) as i16
}

/// Divides colours by alpha, which is the last channel, and makes of alpha the light of its level: what is written are levels.
#[inline]
pub(super) fn divide<const CHANNELS: usize>(lanes: &mut [Lanes; CHANNELS]) {
    let Some((alpha, colours)) = lanes.split_last_mut() else {
        return;
    };
    let mut factors = [0.0; LANES];
    for (factor, alpha) in factors.iter_mut().zip(&*alpha) {
        *factor = f32::from(FULL) / f32::from((*alpha).max(1));
    }
    for lanes in colours {
        for (light, factor) in lanes.iter_mut().zip(&factors) {
            *light = whole(f32::from(*light) * factor);
        }
    }
    for alpha in alpha {
        let share = i32::from((*alpha).clamp(0, FULL)) * 255 + i32::from(FULL) / 2;
        *alpha = light(u8::try_from(share / i32::from(FULL)).unwrap_or(u8::MAX));
    }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "within the type, and a conversion of floats that are not stays within it"
)]
fn whole(light: f32) -> i16 {
    light.round_ties_even().clamp(0.0, f32::from(FULL)) as i16
}
