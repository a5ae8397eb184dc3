//! From samples as they are stored to samples of 8 or 16 bits.

use crate::pipeline::num::{usize_of, word};
use crate::pipeline::tone;

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Unsigned,
    Signed,
    Float,
}

/// How samples are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numbers {
    /// Bits of a sample.
    pub(super) bits: u16,
    pub(super) form: Form,
    /// They are indices, and not stretched.
    pub(super) as_they_are: bool,
    /// Floating point is light, and gets a curve.
    pub(super) is_light: bool,
    /// Three at a time are X, Y and Z.
    pub(super) is_xyz: bool,
}

/// A sample of the picture in memory.
pub(super) trait Sample: Copy + Default {
    /// Appends the samples of a row.
    fn read(numbers: Numbers, row: &[u8], count: usize, into: &mut Vec<Self>);
}

impl Sample for u8 {
    fn read(numbers: Numbers, row: &[u8], count: usize, into: &mut Vec<Self>) {
        let flip = if numbers.form == Form::Signed { 0x80 } else { 0 };
        if numbers.bits == 8 {
            into.extend(row.iter().take(count).map(|sample| sample ^ flip));
            return;
        }
        let most = (1_u64 << numbers.bits.min(8)) - 1;
        into.extend(packed(row, numbers.bits).take(count).map(|sample| {
            let sample = sample ^ sign(numbers);
            let shown = if numbers.as_they_are {
                sample
            } else {
                sample * 255 / most
            };
            Self::try_from(shown).unwrap_or(Self::MAX)
        }));
    }
}

impl Sample for u16 {
    fn read(numbers: Numbers, row: &[u8], count: usize, into: &mut Vec<Self>) {
        if numbers.form == Form::Float {
            read_floats(numbers, row, count, into);
            return;
        }
        let flip = sign(numbers);
        let shown = |sample: u64| {
            let sample = sample ^ flip;
            if numbers.as_they_are {
                return Self::try_from(sample).unwrap_or(Self::MAX);
            }
            let bits = u32::from(numbers.bits);
            let stretched = if bits >= 16 {
                sample >> (bits - 16)
            } else {
                sample * 0xFFFF / ((1 << bits) - 1)
            };
            Self::try_from(stretched).unwrap_or(Self::MAX)
        };
        match numbers.bits {
            16 | 24 | 32 | 64 => {
                let bytes = usize::from(numbers.bits / 8);
                into.extend(row.chunks_exact(bytes).take(count).map(|sample| shown(whole(sample))));
            }
            bits => into.extend(packed(row, bits).take(count).map(shown)),
        }
    }
}

/// The bit that makes the lowest of signed numbers zero.
const fn sign(numbers: Numbers) -> u64 {
    match numbers.form {
        Form::Signed if numbers.bits > 0 && numbers.bits <= 64 => 1 << (numbers.bits - 1),
        _ => 0,
    }
}

/// A number of whole bytes, as this machine writes it.
fn whole(sample: &[u8]) -> u64 {
    let shift = |sum: u64, byte: &u8| (sum << 8) | u64::from(*byte);
    if cfg!(target_endian = "little") {
        sample.iter().rev().fold(0, shift)
    } else {
        sample.iter().fold(0, shift)
    }
}

/// Numbers one behind the other, from the highest bit on.
fn packed(row: &[u8], bits: u16) -> impl Iterator<Item = u64> + '_ {
    let bits = usize::from(bits.clamp(1, 32));
    let count = row.len() * 8 / bits;
    (0..count).map(move |index| {
        let first = index * bits;
        let last = first + bits - 1;
        let bytes = row.get(first / 8..=last / 8).unwrap_or_default();
        let sum = bytes.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        (sum >> (7 - last % 8)) & ((1 << bits) - 1)
    })
}

fn read_floats(numbers: Numbers, row: &[u8], count: usize, into: &mut Vec<u16>) {
    let bytes = usize::from(numbers.bits / 8).max(1);
    let values = row
        .chunks_exact(bytes)
        .take(count)
        .map(|sample| float(whole(sample), numbers.bits));
    let shown = |value: f32| {
        word(if numbers.is_light {
            tone::encode(value.max(0.0))
        } else {
            value
        })
    };
    if numbers.is_xyz {
        let values: Vec<f32> = values.collect();
        let pixels = values.as_chunks::<3>().0.iter();
        into.extend(pixels.flat_map(|xyz| light(*xyz).map(|part| word(tone::encode(part.clamp(0.0, 1.0))))));
    } else {
        into.extend(values.map(shown));
    }
}

/// X, Y and Z under D65 as linear sRGB.
fn light([x, y, z]: [f32; 3]) -> [f32; 3] {
    let rows = [
        [3.240_454_2, -1.537_138_5, -0.498_531_4],
        [-0.969_266, 1.876_010_8, 0.041_556],
        [0.055_643_4, -0.204_025_9, 1.057_225_2],
    ];
    rows.map(|[a, b, c]| a * x + b * y + c * z)
}

/// Floating point of 16, 24, 32 or 64 bits; the narrow ones have fewer bits of exponent and of fraction.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "shares of white fit"
)]
fn float(bits: u64, width: u16) -> f32 {
    let narrow = |exponent_bits: u32, fraction_bits: u32| {
        let fraction = bits & ((1 << fraction_bits) - 1);
        let exponent = (bits >> fraction_bits) & ((1 << exponent_bits) - 1);
        let middle = (1_i32 << (exponent_bits - 1)) - 1;
        let sign = if bits >> (exponent_bits + fraction_bits) & 1 == 1 {
            -1.0
        } else {
            1.0
        };
        let share = u32::try_from(fraction).map_or(0.0, f64::from) / f64::from(1_u32 << fraction_bits);
        let exponent = i32::try_from(exponent).unwrap_or_default();
        let value = if exponent == 0 {
            share * 2_f64.powi(1 - middle)
        } else {
            (1.0 + share) * 2_f64.powi(exponent - middle)
        };
        (sign * value) as f32
    };
    match width {
        16 => narrow(5, 10),
        24 => narrow(7, 16),
        32 => f32::from_bits(u32::try_from(bits).unwrap_or_default()),
        _ => f64::from_bits(bits) as f32,
    }
}

/// Where no number is negative, they go from 0 on after all. `half` is where 0 went.
pub(super) fn without_unused_half<T: Copy + Ord>(samples: &mut [T], half: T, stretched: impl Fn(T) -> T) {
    if samples.iter().all(|sample| *sample >= half) {
        for sample in samples {
            *sample = stretched(*sample);
        }
    }
}

/// The upper half of a range of 16 bits as the whole of it.
pub(super) fn stretched_16(sample: u16) -> u16 {
    let above = u32::from(sample.saturating_sub(0x8000));
    u16::try_from(above * 0xFFFF / 0x7FFF).unwrap_or(u16::MAX)
}

/// The upper half of a range of 8 bits as the whole of it.
pub(super) fn stretched_8(sample: u8) -> u8 {
    let above = usize::from(sample.saturating_sub(0x80));
    u8::try_from(above * 255 / 127).unwrap_or(u8::MAX)
}

/// Samples of a row of so many pixels.
pub(super) fn in_a_row(width: u32, samples: usize) -> usize {
    usize_of(width).saturating_mul(samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(bits: u16, form: Form) -> Numbers {
        Numbers {
            bits,
            form,
            as_they_are: false,
            is_light: false,
            is_xyz: false,
        }
    }

    fn words(bits: u16, form: Form, row: &[u8]) -> Vec<u16> {
        let mut into = Vec::new();
        u16::read(numbers(bits, form), row, 99, &mut into);
        into
    }

    fn bytes(bits: u16, form: Form, row: &[u8]) -> Vec<u8> {
        let mut into = Vec::new();
        u8::read(numbers(bits, form), row, 99, &mut into);
        into
    }

    #[test]
    fn every_width_is_stretched_to_the_whole_range() {
        assert_eq!(bytes(1, Form::Unsigned, &[0b1010_0000]), [255, 0, 255, 0, 0, 0, 0, 0]);
        assert_eq!(bytes(2, Form::Unsigned, &[0b0001_1011]), [0, 85, 170, 255]);
        assert_eq!(bytes(3, Form::Unsigned, &[0b1110_0011])[..2], [255, 0]);
        assert_eq!(bytes(4, Form::Unsigned, &[0x0F, 0x80]), [0, 255, 136, 0]);
        assert_eq!(words(12, Form::Unsigned, &[0xFF, 0xF0, 0x00]), [0xFFFF, 0]);
        assert_eq!(words(10, Form::Unsigned, &[0xFF, 0xC0, 0x00])[..2], [0xFFFF, 0]);
        assert_eq!(words(32, Form::Unsigned, &0x1234_5678_u32.to_ne_bytes()), [0x1234]);
        assert_eq!(words(64, Form::Unsigned, &u64::MAX.to_ne_bytes()), [0xFFFF]);
    }

    #[test]
    fn signs_move_the_range_up() {
        assert_eq!(bytes(8, Form::Signed, &[0x80, 0, 0x7F]), [0, 128, 255]);
        let row: Vec<u8> = [i16::MIN, 0, i16::MAX]
            .iter()
            .flat_map(|sample| sample.to_ne_bytes())
            .collect();
        assert_eq!(words(16, Form::Signed, &row), [0, 0x8000, 0xFFFF]);
        let mut positive = [0x8000, 0xFFFF];
        without_unused_half(&mut positive, 0x8000, stretched_16);
        assert_eq!(positive, [0, 0xFFFF]);
        let mut both = [0x7FFF, 0xFFFF];
        without_unused_half(&mut both, 0x8000, stretched_16);
        assert_eq!(both, [0x7FFF, 0xFFFF]);
    }

    #[test]
    fn floating_point_of_every_width() {
        for (bits, one, half) in [(16, 0x3C00, 0x3800), (24, 0x3F_0000, 0x3E_0000)] {
            assert!((float(one, bits) - 1.0).abs() < f32::EPSILON, "{bits}");
            assert!((float(half, bits) - 0.5).abs() < f32::EPSILON, "{bits}");
        }
        assert!((float(u64::from(0.25_f32.to_bits()), 32) - 0.25).abs() < f32::EPSILON);
        assert!((float(0.25_f64.to_bits(), 64) - 0.25).abs() < f32::EPSILON);
        assert_eq!(words(32, Form::Float, &f32::NAN.to_ne_bytes()), [0]);
    }
}
