//! Levels as light. Light adds up, levels do not: of a black and a white pixel, half the light is level 188, not 128.
//!
//! The curve is that of sRGB, by a polynomial: sixteen samples at a time have no table to look into. The way back is exactly the
//! inverse of the polynomial, so that a level that meets only its like comes back as it was.

/// All the light there is. Above is room for what a filter overshoots, and for what of that the next one adds.
pub(super) const FULL: i16 = 18_000;

/// The curve of sRGB (IEC 61966-2-1) for a level from 0 to 1, as a polynomial without a constant part: the fit whose largest error,
/// 0.44 of 255 levels, is the smallest, among those that have level 1 and the level of half the light in common with it.
const CURVE: [f64; 5] = [
    0.065_968_493_130_409_78,
    0.207_453_338_681_191_6,
    1.693_216_251_808_738_1,
    -1.629_993_214_749_530_4,
    0.663_355_131_129_187_6,
];

/// The share of one that the highest level is, in fixed point: 255 with seven bits behind the point, of 2^15.
const HIGHEST: f64 = 255.0 * 128.0 / 32_768.0;

/// The factors of the polynomial for such a level, for light in units of `FULL`.
pub(super) const STEPS: [i16; 5] = steps();

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "rounded, and below 2 * FULL; there are no other conversions in constants"
)]
#[expect(clippy::indexing_slicing, reason = "within both arrays, at the time of compilation")]
const fn steps() -> [i16; 5] {
    let mut steps = [0; 5];
    let (mut at, mut unit) = (0, 1.0);
    while at < steps.len() {
        unit *= HIGHEST;
        let step = CURVE[at] * FULL as f64 / unit;
        steps[at] = if step < 0.0 { step - 0.5 } else { step + 0.5 } as i16;
        at += 1;
    }
    steps
}

/// The light of each level: what all instructions compute.
pub(super) const LIGHT: [i16; 256] = lights();

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "levels have eight bits, and products drop fifteen; there are no other conversions in constants"
)]
#[expect(clippy::indexing_slicing, reason = "within both arrays, at the time of compilation")]
const fn lights() -> [i16; 256] {
    let mut lights = [0; 256];
    let mut level = 0;
    while level < lights.len() {
        let mut sum = STEPS[STEPS.len() - 1] as i32;
        let mut at = STEPS.len() - 1;
        while at > 0 {
            at -= 1;
            sum = part(sum, level as i32 * 128) + STEPS[at] as i32;
        }
        lights[level] = part(sum, level as i32 * 128) as i16;
        level += 1;
    }
    lights
}

/// A product by a share of one, which is 2^15, rounded.
const fn part(of: i32, share: i32) -> i32 {
    (of * share + (1 << 14)) >> 15
}

/// The level of any light, negative ones behind all others: so there is nothing to cut before one is looked up.
static LEVELS: [u8; 1 << 16] = levels();

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "at most 2^15; there are no other conversions in constants"
)]
#[expect(clippy::indexing_slicing, reason = "within the array, at the time of compilation")]
#[expect(clippy::large_stack_arrays, reason = "at the time of compilation there is no stack")]
const fn levels() -> [u8; 1 << 16] {
    let mut levels = [0; 1 << 16];
    let (mut level, mut at) = (0_u8, 0);
    while level < u8::MAX {
        let end = curve((level as f64 + 0.5) / 255.0) * FULL as f64;
        while (at as f64) < end {
            levels[at] = level;
            at += 1;
        }
        level += 1;
    }
    while at < 1 << 15 {
        levels[at] = u8::MAX;
        at += 1;
    }
    levels
}

/// The polynomial, as exactly as can be.
#[expect(clippy::indexing_slicing, reason = "within the array, at the time of compilation")]
const fn curve(level: f64) -> f64 {
    let (mut light, mut at) = (0.0, CURVE.len());
    while at > 0 {
        at -= 1;
        light = (light + CURVE[at]) * level;
    }
    light
}

/// The level of some light; what is beyond either end is at that end.
#[inline]
pub(super) fn level(light: i16) -> u8 {
    LEVELS
        .get(usize::from(light.cast_unsigned()))
        .copied()
        .unwrap_or_default()
}

/// The light of a level.
pub(super) fn light(level: u8) -> i16 {
    LIGHT.get(usize::from(level)).copied().unwrap_or(FULL)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IEC 61966-2-1.
    fn srgb(level: f64) -> f64 {
        if level <= 0.040_45 {
            level / 12.92
        } else {
            ((level + 0.055) / 1.055).powf(2.4)
        }
    }

    #[test]
    fn every_level_comes_back() {
        for code in 0..=u8::MAX {
            assert_eq!(level(light(code)), code);
        }
        assert_eq!((level(i16::MIN), level(i16::MAX)), (0, 255));
    }

    #[test]
    fn the_curve_is_that_of_srgb_within_half_a_level() {
        for code in 0..u8::MAX {
            let exact = |code: f64| srgb(code / 255.0) * f64::from(FULL);
            let [below, here, above] = [-0.5, 0.0, 0.5].map(|by| exact((f64::from(code) + by).max(0.0)));
            // Of fixed point comes half a unit.
            let ours = f64::from(light(code));
            assert!(ours > below - 0.5 && ours < above + 0.5, "{code}: {ours} and {here}");
        }
        assert!(LIGHT.is_sorted_by(|a, b| a < b));
        assert_eq!(level(FULL / 2), 188);
    }
}
