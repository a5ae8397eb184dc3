//! What each pixel of a line counts, before it is rounded.

use std::f64::consts::PI;

use crate::pipeline::num::usize_of;

/// Lobes on each side of the filter.
const LOBES: f64 = 3.0;

/// What counts for each pixel of a shorter line.
#[derive(Debug, Clone)]
pub(in super::super) struct Shares(Vec<Window>);

/// What counts for one: from the first pixel on, the share of each.
#[derive(Debug, Clone)]
pub(super) struct Window {
    pub(super) first: usize,
    pub(super) shares: Vec<f64>,
}

impl Window {
    /// What each two pixels count together.
    fn halved(&self) -> Self {
        let first = self.first / 2;
        let mut shares = vec![0.0; (self.first + self.shares.len()).div_ceil(2) - first];
        for (pixel, share) in (self.first..).zip(&self.shares) {
            if let Some(sum) = shares.get_mut(pixel / 2 - first) {
                *sum += share;
            }
        }
        Self { first, shares }
    }
}

impl Shares {
    pub(super) fn windows(&self) -> &[Window] {
        &self.0
    }

    /// Of a line of `length` pixels, of which the first `covered` are picture, for one of `to` pixels.
    pub(in super::super) fn new(length: u32, covered: f64, to: u32) -> Self {
        Self((0..to).map(|pixel| window(pixel, length, covered, to)).collect())
    }

    /// The same for a line of which each pixel stands for two of one of `length` pixels, whose shares are `fine`. Where a filter is cut
    /// off at an end, it is so for both lines at the same place, or what is weighed by one could not be added to what is weighed by the
    /// other.
    pub(in super::super) fn cut_as(mut self, fine: &Self, length: u32) -> Self {
        let end = usize_of(length);
        for (window, fine) in self.0.iter_mut().zip(&fine.0) {
            if fine.first == 0 || fine.first + fine.shares.len() == end {
                *window = fine.halved();
            }
        }
        self
    }

    /// The same of a line of `length` pixels, each of which is the mean of two. A mean of two is blurred, by the cosine of half the
    /// frequency; a little less of the neighbours undoes that as far as a result of less than half the pixels can show it.
    pub(in super::super) fn of_means(self, length: u32) -> Self {
        const LESS: f64 = 1.0 / 32.0;
        let last = usize_of(length).saturating_sub(1);
        let sharpened = |window: Window| {
            let first = window.first.saturating_sub(1);
            let mut shares = vec![0.0; (window.first + window.shares.len()).min(last) + 1 - first];
            for (pixel, share) in (window.first..).zip(window.shares) {
                let neighbours = [
                    (pixel.saturating_sub(1), -LESS),
                    (pixel, 1.0 + 2.0 * LESS),
                    (pixel + 1, -LESS),
                ];
                for (pixel, part) in neighbours {
                    if let Some(sum) = shares.get_mut(pixel.min(last) - first) {
                        *sum += part * share;
                    }
                }
            }
            Window { first, shares }
        };
        Self(self.0.into_iter().map(sharpened).collect())
    }

    /// The same of a line that begins with one more pixel, which does not count.
    pub(in super::super) fn delayed(mut self) -> Self {
        for window in &mut self.0 {
            window.first += 1;
        }
        self
    }
}

/// What counts for a pixel of the shorter line.
fn window(pixel: u32, length: u32, covered: f64, to: u32) -> Window {
    let ratio = covered / f64::from(to.max(1));
    // A filter narrower than a pixel would miss some.
    let width = ratio.max(1.0);
    let centre = (f64::from(pixel) + 0.5) * ratio;
    let reach = LOBES * width;
    // The middle of a pixel lies half behind its edge; at the border itself the filter is zero.
    let first = whole((centre - reach - 0.5).floor() + 1.0);
    let end = whole((centre + reach - 0.5).ceil()).min(length);
    let first = first.min(end.saturating_sub(1));
    let shares = lanczos((f64::from(first) + 0.5 - centre) / width, 1.0 / width, end - first);
    Window {
        first: usize_of(first),
        shares,
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
