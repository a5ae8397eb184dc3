//! What each pixel of a line counts for each pixel of the shorter one.

use std::f64::consts::PI;

use crate::pipeline::num::usize_of;

/// A weight of one. Samples come with seven more bits than they need, so that a product, of which the upper half is kept, has six.
const ONE: i16 = 1 << 14;

/// Lobes on each side of the filter.
const LOBES: f64 = 3.0;

/// The weights of one side of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Weights {
    windows: Vec<Window>,
    values: Vec<i16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    /// The first pixel that counts.
    first: usize,
    /// Where its weight is.
    at: usize,
    /// How many count.
    count: usize,
}

impl Weights {
    /// Of a line of `length` pixels, of which the first `covered` are picture, for one of `to` pixels.
    pub(super) fn new(length: u32, covered: f64, to: u32) -> Self {
        let ratio = covered / f64::from(to.max(1));
        // A filter narrower than a pixel would miss some.
        let width = ratio.max(1.0);
        let mut weights = Self {
            windows: Vec::with_capacity(usize_of(to)),
            values: Vec::new(),
        };
        for pixel in 0..to {
            let centre = (f64::from(pixel) + 0.5) * ratio;
            weights.push(centre, width, length);
        }
        weights
    }

    fn push(&mut self, centre: f64, width: f64, length: u32) {
        let reach = LOBES * width;
        // The middle of a pixel lies half behind its edge; at the border itself the filter is zero.
        let first = whole((centre - reach - 0.5).floor() + 1.0);
        let end = whole((centre + reach - 0.5).ceil()).min(length);
        let first = first.min(end.saturating_sub(1));
        let shares = lanczos((f64::from(first) + 0.5 - centre) / width, 1.0 / width, end - first);
        self.windows.push(Window {
            first: usize_of(first),
            at: self.values.len(),
            count: shares.len(),
        });
        self.values.extend(rounded(&shares));
    }

    /// How many pixels the shorter line has.
    pub(super) fn len(&self) -> usize {
        self.windows.len()
    }

    /// The first pixel that counts for this one, and the weights from there on.
    pub(super) fn of(&self, pixel: usize) -> (usize, &[i16]) {
        let found = self.windows.get(pixel).and_then(|window| {
            let values = self.values.get(window.at..window.at + window.count)?;
            Some((window.first, values))
        });
        found.unwrap_or_default()
    }

    /// The first pixel that counts for any of these, and the one behind the last.
    pub(super) fn span(&self, pixels: std::ops::Range<usize>) -> (usize, usize) {
        let windows = self.windows.get(pixels).unwrap_or_default();
        let first = windows.iter().map(|window| window.first).min();
        let end = windows.iter().map(|window| window.first + window.count).max();
        (first.unwrap_or_default(), end.unwrap_or_default())
    }
}

/// The whole part of a number of pixels; 0 for less than none.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to 2^32, and a conversion of floats that are not stays within that"
)]
fn whole(value: f64) -> u32 {
    value.max(0.0) as u32
}

/// The sine of which the outer lobes are damped by a wider one, at `count` places from `at` on, each a `step` after the one before.
/// Both sines of a place come from those of the place before.
fn lanczos(at: f64, step: f64, count: u32) -> Vec<f64> {
    let mut angle = at * PI;
    let step = step * PI;
    let (mut inner, mut outer) = (angle.sin_cos(), (angle / LOBES).sin_cos());
    let (inner_step, outer_step) = (step.sin_cos(), (step / LOBES).sin_cos());
    let turned = |(sin, cos): (f64, f64), (by_sin, by_cos): (f64, f64)| {
        (sin * by_cos + cos * by_sin, cos * by_cos - sin * by_sin)
    };
    (0..count)
        .map(|_| {
            let share = if angle.abs() < 1e-6 {
                1.0
            } else {
                LOBES * inner.0 * outer.0 / (angle * angle)
            };
            angle += step;
            (inner, outer) = (turned(inner, inner_step), turned(outer, outer_step));
            share
        })
        .collect()
}

/// Shares of their sum as weights that add up to exactly one: what rounding loses the largest gets.
fn rounded(shares: &[f64]) -> Vec<i16> {
    let sum: f64 = shares.iter().sum();
    let mut weights: Vec<i16> = shares
        .iter()
        .map(|share| nearest(share / sum * f64::from(ONE)))
        .collect();
    let lost = weights.iter().fold(ONE, |rest, weight| rest.wrapping_sub(*weight));
    if let Some(largest) = weights.iter_mut().max() {
        *largest = largest.wrapping_add(lost);
    }
    weights
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a weight is below two, and a conversion of floats that are not stays within the type"
)]
fn nearest(value: f64) -> i16 {
    value.round() as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_add_up_to_one_and_stay_within_the_line() {
        for (length, covered, to) in [
            (4000, 4000.0, 1920),
            (501, 500.5, 384),
            (17, 17.0, 17),
            (9000, 9000.0, 25),
            (3, 3.0, 1),
        ] {
            let weights = Weights::new(length, covered, to);
            assert_eq!(weights.len(), usize_of(to));
            for pixel in 0..weights.len() {
                let (first, values) = weights.of(pixel);
                assert_eq!(
                    values.iter().map(|&value| i32::from(value)).sum::<i32>(),
                    i32::from(ONE),
                    "{pixel} of {to}"
                );
                assert!(first + values.len() <= usize_of(length));
            }
        }
    }

    #[test]
    fn a_line_of_the_same_length_stays_as_it_is() {
        let weights = Weights::new(9, 9.0, 9);
        for pixel in 0..9 {
            let (first, values) = weights.of(pixel);
            let own = values.get(pixel - first);
            assert_eq!(own, Some(&ONE));
        }
    }

    #[test]
    fn a_span_holds_all_windows() {
        let weights = Weights::new(1000, 1000.0, 100);
        let (first, end) = weights.span(10..26);
        assert_eq!(first, weights.of(10).0);
        assert_eq!(end, weights.of(25).0 + weights.of(25).1.len());
    }
}
