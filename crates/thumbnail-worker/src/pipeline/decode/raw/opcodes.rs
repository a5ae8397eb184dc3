//! What a DNG says is to be done to its samples before they are colours (`OpcodeList2` of DNG 1.4, chapter 6): curves, without
//! which the lossy ones of Adobe, whose samples are spread for eight bits, are far too bright. Other operations, which mend lenses
//! and pixels, are left out.

use rawler::decoders::{Decoder, WellKnownIFD};
use rawler::formats::tiff::Value;
use rawler::rawimage::RawImageData;
use rawler::rawimage::RawPhotometricInterpretation;
use rawler::tags::DngTag;
use rawler::{RawImage, RawlerError};

use crate::pipeline::num::usize_of;

/// Operations that are looked at; real files have one for each colour.
const MOST: usize = 64;

/// Coefficients of the longest polynomial (degree 8).
const LONGEST_POLYNOMIAL: usize = 9;

/// A curve for a part of the samples.
#[derive(Debug, Clone, PartialEq)]
struct Operation {
    /// Top, left, bottom, right; the latter two are beyond it.
    area: [usize; 4],
    /// The first plane and how many.
    planes: [usize; 2],
    /// Rows and columns from one to the next.
    pitch: [usize; 2],
    curve: Curve,
}

#[derive(Debug, Clone, PartialEq)]
enum Curve {
    /// The factors of the powers from 0 on.
    Polynomial(Vec<f32>),
    /// Shares of the brightest, evenly spread over 16 bits.
    Table(Vec<f32>),
}

impl Curve {
    fn at(&self, sample: f32) -> f32 {
        let value = match self {
            Self::Polynomial(factors) => factors.iter().rev().fold(0.0, |sum, factor| sum * sample + factor),
            Self::Table(table) => {
                let place = f64::from(sample.clamp(0.0, 1.0)) * 65_535.0;
                let last = table.len().saturating_sub(1);
                let index = usize_of(crate::pipeline::num::pixels(place + 1.0).saturating_sub(1));
                table.get(index.min(last)).copied().unwrap_or(sample)
            }
        };
        value.clamp(0.0, 1.0)
    }
}

/// Applies the curves, after which the samples are shares of the brightest. Nothing changes where there are none.
pub(super) fn apply(decoder: &dyn Decoder, image: &mut RawImage) -> Result<(), RawlerError> {
    let tags = decoder.ifd(WellKnownIFD::VirtualDngRawTags)?;
    let list = tags.as_ref().and_then(|tags| tags.get_entry(DngTag::OpcodeList2));
    let operations = match list.map(|entry| &entry.value) {
        Some(Value::Undefined(bytes) | Value::Byte(bytes)) => operations(bytes),
        _ => return Ok(()),
    };
    let is_grey = matches!(image.photometric, RawPhotometricInterpretation::BlackIsZero);
    if operations.is_empty() || is_grey {
        return Ok(());
    }
    image.apply_scaling()?;
    let (width, planes) = (image.width, image.cpp);
    if let RawImageData::Float(samples) = &mut image.data {
        for operation in &operations {
            run(operation, samples, width, planes);
        }
    }
    Ok(())
}

fn run(operation: &Operation, samples: &mut [f32], width: usize, planes: usize) {
    let [top, left, bottom, right] = operation.area;
    let [first, count] = operation.planes;
    let rows = samples.chunks_exact_mut((width * planes).max(1));
    let rows = rows.take(bottom).skip(top).step_by(operation.pitch[0].max(1));
    for row in rows {
        let pixels = row.chunks_exact_mut(planes.max(1)).take(right).skip(left);
        for pixel in pixels.step_by(operation.pitch[1].max(1)) {
            for sample in pixel.iter_mut().skip(first).take(count) {
                *sample = operation.curve.at(*sample);
            }
        }
    }
}

/// The curves of a list, up to where it is damaged. All numbers are big-endian.
fn operations(list: &[u8]) -> Vec<Operation> {
    let Some((count, mut rest)) = number(list) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for _ in 0..count.min(MOST) {
        // Its number, the version that it is from, flags, its length.
        let head = [0, 4, 8, 12].map(|at| rest.get(at..).and_then(number).map(|(number, _)| number));
        let [Some(id), _, _, Some(length)] = head else { break };
        let Some(body) = rest.get(16..16_usize.saturating_add(length)) else {
            break;
        };
        found.extend(operation(id, body));
        rest = rest.get(16 + length..).unwrap_or_default();
    }
    found
}

/// `MapTable` (7) or `MapPolynomial` (8).
fn operation(id: usize, body: &[u8]) -> Option<Operation> {
    let field = |index: usize| body.get(index * 4..).and_then(number).map(|(number, _)| number);
    let curve = match id {
        7 => {
            let entries = body.get(36..)?.as_chunks::<2>().0.iter();
            let entries = entries.take(field(8)?.min(65_536));
            let table: Vec<f32> = entries
                .map(|entry| f32::from(u16::from_be_bytes(*entry)) / 65_535.0)
                .collect();
            Curve::Table(table).filled()?
        }
        8 => {
            let factors = body.get(36..)?.as_chunks::<8>().0.iter();
            let factors = factors.take(field(8)?.saturating_add(1).min(LONGEST_POLYNOMIAL));
            Curve::Polynomial(factors.map(|factor| narrow(f64::from_be_bytes(*factor))).collect()).filled()?
        }
        _ => return None,
    };
    Some(Operation {
        area: [field(0)?, field(1)?, field(2)?, field(3)?],
        planes: [field(4)?, field(5)?],
        pitch: [field(6)?, field(7)?],
        curve,
    })
}

impl Curve {
    /// Nothing where there is no curve.
    fn filled(self) -> Option<Self> {
        let (Self::Polynomial(numbers) | Self::Table(numbers)) = &self;
        (!numbers.is_empty()).then_some(self)
    }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "factors of shares"
)]
fn narrow(factor: f64) -> f32 {
    factor as f32
}

fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<4>()?;
    Some((usize_of(u32::from_be_bytes(*number)), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    fn polynomial(plane: u32, factors: &[f64]) -> Vec<u8> {
        let degree = u32::try_from(factors.len() - 1).unwrap();
        let body = [
            words(&[0, 0, 2, 2, plane, 1, 1, 1, degree]),
            factors.iter().flat_map(|factor| factor.to_be_bytes()).collect(),
        ]
        .concat();
        [words(&[8, 0x0103_0000, 1, u32::try_from(body.len()).unwrap()]), body].concat()
    }

    #[test]
    fn a_curve_for_each_plane() {
        let list = [
            words(&[3]),
            polynomial(0, &[0.0, 0.0, 1.0]),
            // One that is not known, and is left out.
            words(&[9, 0, 0, 4, 7]),
            polynomial(2, &[0.25, 0.5]),
        ]
        .concat();
        let found = operations(&list);
        assert_eq!(found.len(), 2);
        let mut samples = vec![0.5; 2 * 2 * 3];
        for operation in &found {
            run(operation, &mut samples, 2, 3);
        }
        assert_eq!(samples, [0.25, 0.5, 0.5].repeat(4));
        for end in 0..list.len() {
            let _ = operations(&list[..end]);
        }
    }

    #[test]
    fn a_table_is_looked_up_by_sixteen_bits() {
        let entries: Vec<u8> = (0..=u16::MAX).rev().flat_map(u16::to_be_bytes).collect();
        let body = [words(&[0, 0, 1, 1, 0, 1, 1, 1, 65_536]), entries].concat();
        let list = [words(&[1, 7, 0, 0, u32::try_from(body.len()).unwrap()]), body].concat();
        let found = operations(&list);
        let mut samples = vec![0.25, 0.25];
        run(&found[0], &mut samples, 2, 1);
        assert!((samples[0] - 0.75).abs() < 0.001, "{samples:?}");
        assert!((samples[1] - 0.25).abs() < f32::EPSILON, "beside the area");
    }
}
