//! The arithmetic of a plane: columns of a block from the rows that count, and pixels of the result from the columns that count.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

use std::ops::Range;

use super::{CACHE_LINE, PIECES, Plane, Sample, TILE};
use crate::pipeline::resize::kernel::{Kernel, LANES, Pair, transpose};

/// How many pieces are weighed together.
const TOGETHER: usize = 4;

impl<S: Sample> Plane<S> {
    /// Computes the columns of a block, each of whose pixels has so many channels, from the rows that count for it.
    #[inline(always)]
    pub(in crate::pipeline::resize) fn weigh_down<const CHANNELS: usize>(
        &mut self,
        kernel: impl Kernel,
        lines: &Range<usize>,
    ) {
        let (first, end) = self.down.span(lines.clone());
        for tile in 0..self.stride / TILE {
            self.widen(kernel, tile, first, (end - first) / 2);
            self.weigh_tile(kernel, tile, lines, first, (end - first) / 2);
        }
        self.pair_up::<CHANNELS>(kernel);
    }

    /// Puts the columns of each two neighbouring pixels into each other.
    #[inline(always)]
    fn pair_up<const CHANNELS: usize>(&mut self, kernel: impl Kernel) {
        // Columns of a group of pixels or of two of them; from one column to the next of its channel, and to that of the next channel.
        let (columns, next, channel) = if S::GROUPED {
            (LANES * CHANNELS, 1, LANES)
        } else {
            (2 * CHANNELS, CHANNELS, 1)
        };
        let groups = self.columns.chunks_exact(columns);
        for (columns, pairs) in groups.zip(self.pairs.chunks_exact_mut(columns / 2)) {
            for (number, pairs) in pairs.as_chunks_mut::<CHANNELS>().0.iter_mut().enumerate() {
                for (at, pair) in pairs.iter_mut().enumerate() {
                    let first = number * 2 * next + at * channel;
                    if let (Some(left), Some(right)) = (columns.get(first), columns.get(first + next)) {
                        let [low, high] = kernel.interleave(kernel.load(left), kernel.load(right));
                        *pair = [kernel.store(low), kernel.store(high)];
                    }
                }
            }
        }
    }

    /// The light of one tile of the window. The next tile is fetched meanwhile: its rows are too far apart for the processor to guess.
    #[inline(always)]
    fn widen(&mut self, kernel: impl Kernel, tile: usize, first: usize, pairs: usize) {
        let from = (first - self.first) * self.stride;
        let rows = self.window.get(from..).unwrap_or_default();
        for (number, rows) in rows.chunks_exact(2 * self.stride).take(pairs).enumerate() {
            let (upper, lower) = rows.split_at(self.stride);
            let [upper, lower] = [upper, lower].map(|row| row.as_chunks::<TILE>().0);
            for next in [upper.get(tile + 1), lower.get(tile + 1)].into_iter().flatten() {
                for line in next.chunks_exact(CACHE_LINE / size_of::<S>()) {
                    kernel.prefetch(line);
                }
            }
            let (Some(upper), Some(lower)) = (upper.get(tile), lower.get(tile)) else {
                continue;
            };
            let pieces = upper.as_chunks::<LANES>().0.iter().zip(lower.as_chunks::<LANES>().0);
            for (piece, (upper, lower)) in pieces.enumerate() {
                if let Some(wide) = self.wide.get_mut(piece * pairs + number) {
                    let [low, high] = kernel.interleave(S::light(kernel, upper), S::light(kernel, lower));
                    *wide = [kernel.store(low), kernel.store(high)];
                }
            }
        }
    }

    /// The block's rows of one tile, turned. Some pieces at a time share the loading of weights.
    #[inline(always)]
    fn weigh_tile(&mut self, kernel: impl Kernel, tile: usize, lines: &Range<usize>, first: usize, pairs: usize) {
        let together = self
            .wide
            .chunks_exact((TOGETHER * pairs).max(1))
            .take(PIECES / TOGETHER);
        let columns = self.columns.as_chunks_mut::<LANES>().0;
        for (number, wide) in together.enumerate() {
            let mut rows = [[[0; LANES]; LANES]; TOGETHER];
            for (at, line) in lines.clone().enumerate() {
                let (from, weights) = self.down.of(line);
                let window = (from - first) / 2..(from - first) / 2 + weights.len();
                let mut pieces = [[].as_slice(); TOGETHER];
                for (piece, wide) in pieces.iter_mut().zip(wide.chunks_exact(pairs.max(1))) {
                    *piece = wide.get(window.clone()).unwrap_or_default();
                }
                let sums = weigh_pieces(kernel, pieces, weights);
                for (rows, sum) in rows.iter_mut().zip(sums) {
                    if let Some(row) = rows.get_mut(at) {
                        *row = kernel.store(kernel.rounded(sum));
                    }
                }
            }
            let at = tile * PIECES + number * TOGETHER;
            for (rows, columns) in rows.iter().zip(columns.iter_mut().skip(at)) {
                transpose(rows, columns);
            }
        }
    }

    /// The channels of one pixel of the result, in all rows of the block.
    #[inline(always)]
    pub(in crate::pipeline::resize) fn weigh_across<const CHANNELS: usize, K: Kernel>(
        &self,
        kernel: K,
        pixel: usize,
    ) -> [K::Vector; CHANNELS] {
        let (first, weights) = self.across.of(pixel);
        let pairs = self.pairs.as_chunks::<CHANNELS>().0;
        let mut sums = [[kernel.splat(0); 2]; CHANNELS];
        for (pixels, &weights) in pairs.get(first / 2..).unwrap_or_default().iter().zip(weights) {
            let weights = kernel.splat_pair(weights);
            for (sum, pair) in sums.iter_mut().zip(pixels) {
                *sum = add(kernel, *sum, pair, weights);
            }
        }
        let mut lights = [kernel.splat(0); CHANNELS];
        for (light, sum) in lights.iter_mut().zip(sums) {
            *light = kernel.rounded(sum);
        }
        lights
    }
}

/// Sums of some columns of pairs, each weighed by the same.
#[inline(always)]
fn weigh_pieces<K: Kernel>(
    kernel: K,
    [first, second, third, fourth]: [&[Pair]; TOGETHER],
    weights: &[[i16; 2]],
) -> [[K::Vector; 2]; TOGETHER] {
    let mut sums = [[kernel.splat(0); 2]; TOGETHER];
    let left = first.iter().zip(second);
    let right = third.iter().zip(fourth);
    for (((first, second), (third, fourth)), &weights) in left.zip(right).zip(weights) {
        let weights = kernel.splat_pair(weights);
        for (sum, pair) in sums.iter_mut().zip([first, second, third, fourth]) {
            *sum = add(kernel, *sum, pair, weights);
        }
    }
    sums
}

/// Sums, and what a pair adds to them.
#[inline(always)]
fn add<K: Kernel>(kernel: K, sums: [K::Vector; 2], pair: &Pair, weights: K::Vector) -> [K::Vector; 2] {
    let ([low_sum, high_sum], [low, high]) = (sums, pair);
    [
        kernel.add_weighted(low_sum, kernel.load(low), weights),
        kernel.add_weighted(high_sum, kernel.load(high), weights),
    ]
}
