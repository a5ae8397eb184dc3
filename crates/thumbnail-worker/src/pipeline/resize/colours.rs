//! Red, green and blue light of brightness and two colours.
//!
//! Where pixels share a colour, it is what red, green and blue have more than the brightness alone: the light of each, computed with
//! the mean brightness and the mean colour of the pixels that share, less the light of that brightness. The light of a level is
//! nearly its square, so what a colour adds to it grows with the brightness in a nearly straight line, and the mean brightness gives
//! the mean of what is added.
//!
//! Where a colour is cut because there is no more of it (the blue of a yellow flower is none at all), nothing grows with the brightness.
//! There it is the mean light of the pixels that has to go, not the light of their mean brightness, which is less: by the variance of
//! the brightness and half the second derivative of the curve.
//!
//! The mean colour is that of a picture whose colours were enlarged before, as others do it: libjpeg gives each pixel three quarters
//! of its own colour and a quarter of that of the neighbour on its side. Of two pixels that share a colour, that is three quarters of
//! it and an eighth of either neighbour.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

use super::kernel::{Kernel, LANES};
use super::light::FULL;
use super::mixed::Mixed;
use super::source::Shared;

/// Levels have so many bits behind the point while colours are computed, and one more when they are light.
const POINT: i32 = 6;
const GREY: i16 = 128 << POINT;
const MOST: i16 = 255 << POINT;

/// Half the second derivative of the curve of sRGB is about 0.75 + 0.85 of the level (it is 0.8, 1.2 and 1.5 of levels of 0.2, 0.5
/// and 0.9): what it makes of a variance in squares of levels, in units of light, as shares of 2^15.
const CURVING: i16 = curvature(72, 1);
const CURVING_MORE: i16 = curvature(85, 2);

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "below 2^15: light is less than a third of the square of the highest level"
)]
const fn curvature(hundredths: i64, times: i64) -> i16 {
    (FULL as i64 * 32_768 * hundredths * times / (100 * 255 * 255)) as i16
}

/// One row of colours that pixels share: the two rows of brightness above it (twice the same where only one is), and the rows of
/// either colour before it, itself, and behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) brightness: [&'a [u8]; 2],
    pub(super) blue: [&'a [u8]; 3],
    pub(super) red: [&'a [u8]; 3],
}

/// Fills a row with groups of what red, green and blue have more than the brightness.
#[inline(always)]
pub(super) fn fill_shared<K: Kernel>(
    kernel: K,
    row: Row<'_>,
    shared: Shared,
    [blue, red]: &mut [Mixed; 2],
    into: &mut [i16],
) {
    blue.mix(kernel, row.blue, shared);
    red.mix(kernel, row.red, shared);
    let groups = into.as_chunks_mut::<LANES>().0.as_chunks_mut::<3>().0;
    for (at, group) in groups.iter_mut().take(blue.groups()).enumerate() {
        let (Some((brightness, variance)), Some(blue), Some(red)) = (
            mean(kernel, row.brightness, at, shared),
            blue.mean(kernel, at, shared),
            red.mean(kernel, at, shared),
        ) else {
            return;
        };
        let without = kernel.light(kernel.shifted::<1>(brightness));
        let bent = curving(kernel, brightness);
        for (into, level) in group.iter_mut().zip(levels(kernel, brightness, blue, red)) {
            let cut = cut(kernel, level);
            let more = kernel.sub(kernel.light(kernel.shifted::<1>(cut)), without);
            let curving = curving(kernel, cut);
            let curving = kernel.sub(curving, kernel.where_unlike(cut, level, curving));
            let missing = kernel.part(variance, kernel.sub(bent, curving));
            *into = kernel.store(kernel.sub(more, missing));
        }
    }
}

/// What the curve makes of a variance at a level.
#[inline(always)]
fn curving<K: Kernel>(kernel: K, level: K::Vector) -> K::Vector {
    let two = kernel.add(level, level);
    let straight = kernel.add(kernel.splat(CURVING), kernel.part(level, kernel.splat(CURVING_MORE)));
    kernel.between(kernel.splat(0), kernel.add(two, two), straight)
}

/// Fills a row with groups of red, green and blue, of pixels that share nothing.
#[inline(always)]
pub(super) fn fill_full<K: Kernel>(kernel: K, brightness: &[u8], blue: &[u8], red: &[u8], into: &mut [i16]) {
    let groups = into.as_chunks_mut::<LANES>().0.as_chunks_mut::<3>().0;
    let colours = blue.as_chunks::<LANES>().0.iter().zip(red.as_chunks::<LANES>().0);
    let pixels = brightness.as_chunks::<LANES>().0.iter().zip(colours);
    for (group, (brightness, (blue, red))) in groups.iter_mut().zip(pixels) {
        let brightness = kernel.shifted::<POINT>(kernel.widen(*brightness));
        let blue = kernel.shifted::<POINT>(kernel.widen(*blue));
        let red = kernel.shifted::<POINT>(kernel.widen(*red));
        for (into, level) in group.iter_mut().zip(levels(kernel, brightness, blue, red)) {
            *into = kernel.store(kernel.light(kernel.shifted::<1>(cut(kernel, level))));
        }
    }
}

/// Fills a row with groups of red, green and blue, each pixel of which is the mean light of four that share a colour: that of their
/// mean brightness, and what the curve makes of its variance.
#[inline(always)]
pub(super) fn fill_halved<K: Kernel>(kernel: K, brightness: (&[u8], &[u8]), blue: &[u8], red: &[u8], into: &mut [i16]) {
    let shared = Shared {
        across: true,
        down: true,
    };
    let groups = into.as_chunks_mut::<LANES>().0.as_chunks_mut::<3>().0;
    let colours = blue.as_chunks::<LANES>().0.iter().zip(red.as_chunks::<LANES>().0);
    for (at, (group, (blue, red))) in groups.iter_mut().zip(colours).enumerate() {
        let Some((brightness, variance)) = mean(kernel, brightness.into(), at, shared) else {
            return;
        };
        let blue = kernel.shifted::<POINT>(kernel.widen(*blue));
        let red = kernel.shifted::<POINT>(kernel.widen(*red));
        for (into, level) in group.iter_mut().zip(levels(kernel, brightness, blue, red)) {
            let cut = cut(kernel, level);
            let curving = curving(kernel, cut);
            let curving = kernel.sub(curving, kernel.where_unlike(cut, level, curving));
            let more = kernel.part(variance, curving);
            *into = kernel.store(kernel.add(kernel.light(kernel.shifted::<1>(cut)), more));
        }
    }
}

/// The mean brightness of sixteen groups of pixels that share a colour, and its variance.
#[inline(always)]
fn mean<K: Kernel>(kernel: K, [upper, lower]: [&[u8]; 2], at: usize, shared: Shared) -> Option<(K::Vector, K::Vector)> {
    if shared.across {
        let upper = *upper.as_chunks::<{ 2 * LANES }>().0.get(at)?;
        let lower = *lower.as_chunks::<{ 2 * LANES }>().0.get(at)?;
        let (of_upper, of_lower) = (kernel.neighbours(upper), kernel.neighbours(lower));
        let sum = kernel.add(of_upper, of_lower);
        let across = kernel.add(
            square(kernel, kernel.shifted::<POINT>(kernel.differences(upper))),
            square(kernel, kernel.shifted::<POINT>(kernel.differences(lower))),
        );
        let down = square(kernel, kernel.shifted::<{ POINT - 1 }>(kernel.sub(of_upper, of_lower)));
        let variance = kernel.add(across, kernel.shifted::<1>(down));
        return Some((kernel.shifted::<{ POINT - 2 }>(sum), variance));
    }
    let upper = kernel.widen(*upper.as_chunks::<LANES>().0.get(at)?);
    let lower = kernel.widen(*lower.as_chunks::<LANES>().0.get(at)?);
    let down = square(kernel, kernel.shifted::<POINT>(kernel.sub(upper, lower)));
    let mean = kernel.shifted::<{ POINT - 1 }>(kernel.add(upper, lower));
    Some((mean, kernel.shifted::<1>(down)))
}

/// An eighth of the square of a difference that has all bits behind the point.
#[inline(always)]
fn square<K: Kernel>(kernel: K, difference: K::Vector) -> K::Vector {
    kernel.part(difference, difference)
}

/// No less than none, no more than all.
#[inline(always)]
fn cut<K: Kernel>(kernel: K, level: K::Vector) -> K::Vector {
    kernel.between(kernel.splat(0), level, kernel.splat(MOST))
}

/// By the matrix of JFIF (ITU-T T.871): R = Y + 1.402 Cr, G = Y - 0.344136 Cb - 0.714136 Cr, B = Y + 1.772 Cb.
#[inline(always)]
fn levels<K: Kernel>(kernel: K, brightness: K::Vector, blue: K::Vector, red: K::Vector) -> [K::Vector; 3] {
    let grey = kernel.splat(GREY);
    let blue = kernel.sub(blue, grey);
    let red = kernel.sub(red, grey);
    let red_of_red = kernel.part(red, kernel.splat(share(402_000)));
    let green_of_blue = kernel.part(blue, kernel.splat(share(344_136)));
    let green_of_red = kernel.part(red, kernel.splat(share(714_136)));
    let blue_of_blue = kernel.part(blue, kernel.splat(share(228_000)));
    [
        kernel.add(kernel.add(brightness, red), red_of_red),
        kernel.sub(kernel.sub(brightness, green_of_blue), green_of_red),
        kernel.sub(kernel.add(brightness, kernel.add(blue, blue)), blue_of_blue),
    ]
}

/// A share of one, which is 2^15.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "below 2^15 for a share below one"
)]
const fn share(millionths: i32) -> i16 {
    ((millionths as i64 * 32_768 + 500_000) / 1_000_000) as i16
}
