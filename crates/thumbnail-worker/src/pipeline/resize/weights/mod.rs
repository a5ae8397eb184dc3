//! What each pixel of a line counts for each pixel of the shorter one.

mod shares;
#[cfg(test)]
mod tests;

pub(super) use self::shares::Shares;
use super::kernel::WEIGHT;

/// A weight of one.
const ONE: i16 = 1 << WEIGHT;

/// The weights of one side of a picture, in pairs: of a pixel with an even number and of the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Weights {
    windows: Vec<Place>,
    values: Vec<[i16; 2]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// The first pixel that counts, or the one before it: its number is even.
    first: usize,
    /// Where its weight is.
    at: usize,
    /// How many pairs count.
    pairs: usize,
}

impl Weights {
    pub(super) fn new(shares: &Shares) -> Self {
        let mut weights = Self {
            windows: Vec::with_capacity(shares.windows().len()),
            values: Vec::new(),
        };
        for window in shares.windows() {
            weights.push(window.first, &window.shares);
        }
        weights
    }

    fn push(&mut self, first: usize, shares: &[f64]) {
        // A pair begins with an even number and is whole.
        let before = first % 2;
        let mut values = vec![0; before];
        values.extend(rounded(shares));
        values.resize(values.len().next_multiple_of(2), 0);
        self.windows.push(Place {
            first: first - before,
            at: self.values.len(),
            pairs: values.len() / 2,
        });
        self.values.extend(values.as_chunks::<2>().0);
    }

    /// How many pixels the shorter line has.
    pub(super) fn len(&self) -> usize {
        self.windows.len()
    }

    /// The first pixel that counts for this one, and the weights from there on.
    pub(super) fn of(&self, pixel: usize) -> (usize, &[[i16; 2]]) {
        let found = self.windows.get(pixel).and_then(|window| {
            let values = self.values.get(window.at..window.at + window.pairs)?;
            Some((window.first, values))
        });
        found.unwrap_or_default()
    }

    /// The first pixel that counts for any of these, and the one behind the last, both even: the last one may lie behind the line.
    pub(super) fn span(&self, pixels: std::ops::Range<usize>) -> (usize, usize) {
        let windows = self.windows.get(pixels).unwrap_or_default();
        let first = windows.iter().map(|window| window.first).min();
        let end = windows.iter().map(|window| window.first + 2 * window.pairs).max();
        (first.unwrap_or_default(), end.unwrap_or_default())
    }
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
