//! One plane: its window of rows, the weights of both its sides, and what its columns are for a block.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

use std::ops::Range;

use super::kernel::{Kernel, LANES, Lanes, transpose};
use super::source::{Part, Room};
use super::weights::Weights;
use crate::pipeline::raster::Size;

/// Bytes of a tile: two lines of the cache, and its widened window stays in the first level.
const TILE: usize = 128;
/// Between rows lies an odd number of these, or the same columns of all rows would compete for a few places of the cache.
const CACHE_LINE: usize = 64;
/// Pieces of a tile.
const PIECES: usize = TILE / LANES;

/// Samples that are resized by themselves.
#[derive(Clone)]
pub(super) struct Plane {
    across: Weights,
    down: Weights,
    /// Bytes from a row to the next: whole tiles and a gap.
    stride: usize,
    /// Rows that come at a time.
    rows: usize,
    /// The number of the first row in the window, and of the first that has not come.
    first: usize,
    have: usize,
    /// The most rows that are there at a time, and the most that count for a block.
    most: usize,
    most_counting: usize,
    window: Vec<u8>,
    /// A tile of the window, widened: one piece after the other, each with all its rows.
    wide: Vec<Lanes>,
    /// The columns of a block.
    turned: Vec<Lanes>,
}

impl Plane {
    pub(super) fn new(part: &Part, to: Size) -> Self {
        let stride = part.row.max(1).next_multiple_of(TILE) + CACHE_LINE;
        Self {
            across: Weights::new(part.size.width, part.covered.0, to.width),
            down: Weights::new(part.size.height, part.covered.1, to.height),
            stride,
            rows: part.rows.max(1),
            first: 0,
            have: 0,
            most: 0,
            most_counting: 0,
            window: Vec::new(),
            wide: Vec::new(),
            turned: Vec::new(),
        }
    }

    /// Pixels of a row of the result.
    pub(super) fn width(&self) -> usize {
        self.across.len()
    }

    /// Drops the rows before those that count for `lines`. Returns how many times rows have to come before all of them are there.
    pub(super) fn turn_to(&mut self, lines: &Range<usize>) -> usize {
        let (first, end) = self.down.span(lines.clone());
        self.most_counting = self.most_counting.max(end - first);
        let first = first.min(self.have);
        let kept = (first - self.first) * self.stride..(self.have - self.first) * self.stride;
        if kept.end <= self.window.len() {
            self.window.copy_within(kept, 0);
        }
        self.first = first;
        end.saturating_sub(self.have).div_ceil(self.rows)
    }

    /// Takes note that rows will come so many times.
    pub(super) fn expect(&mut self, times: usize) {
        self.have += times * self.rows;
        self.most = self.most.max(self.have - self.first);
    }

    /// Goes back to the start, with room for all that was expected.
    pub(super) fn begin(&mut self) {
        (self.first, self.have) = (0, 0);
    }

    /// Room for rows that come so many times.
    pub(super) fn room(&mut self, times: usize) -> Room<'_> {
        if self.window.is_empty() {
            self.window = vec![0; self.most * self.stride];
            self.wide = vec![[0; LANES]; self.most_counting * PIECES];
            self.turned = vec![[0; LANES]; self.stride];
        }
        let from = self.have - self.first;
        self.have += times * self.rows;
        let rows = from * self.stride..(self.have - self.first) * self.stride;
        Room {
            bytes: self.window.get_mut(rows).unwrap_or_default(),
            stride: self.stride,
        }
    }

    /// Computes the columns of a block from the rows that count for it.
    #[inline(always)]
    pub(super) fn weigh_down(&mut self, kernel: impl Kernel, lines: &Range<usize>) {
        let (first, end) = self.down.span(lines.clone());
        for tile in 0..self.stride / TILE {
            self.widen(kernel, tile, first, end - first);
            self.weigh_tile(kernel, tile, lines, first, end - first);
        }
    }

    /// The window's rows of one tile. The next tile is fetched meanwhile: its rows are too far apart for the processor to guess.
    #[inline(always)]
    fn widen(&mut self, kernel: impl Kernel, tile: usize, first: usize, rows: usize) {
        let lines = self
            .window
            .chunks_exact(self.stride)
            .skip(first - self.first)
            .take(rows);
        for (row, line) in lines.enumerate() {
            let tiles = line.as_chunks::<TILE>().0;
            if let Some(next) = tiles.get(tile + 1) {
                kernel.prefetch(next);
                kernel.prefetch(&next[TILE / 2..]);
            }
            let Some(bytes) = tiles.get(tile) else {
                continue;
            };
            for (piece, bytes) in bytes.as_chunks::<LANES>().0.iter().enumerate() {
                if let Some(wide) = self.wide.get_mut(piece * rows + row) {
                    *wide = kernel.widen(*bytes);
                }
            }
        }
    }

    /// The block's rows of one tile, turned. Two pieces at a time share the loading of a weight.
    #[inline(always)]
    fn weigh_tile(&mut self, kernel: impl Kernel, tile: usize, lines: &Range<usize>, first: usize, rows: usize) {
        let pairs = self.wide.chunks_exact(2 * rows).take(PIECES / 2);
        let columns = self.turned.as_chunks_mut::<LANES>().0;
        for (pair, wide) in pairs.enumerate() {
            let (left, right) = wide.split_at(rows);
            let mut sums = [[[0; LANES]; LANES]; 2];
            let [left_sums, right_sums] = &mut sums;
            for ((line, left_sum), right_sum) in lines.clone().zip(left_sums).zip(right_sums) {
                let (from, weights) = self.down.of(line);
                let window = from - first..from - first + weights.len();
                let (left, right) = (
                    left.get(window.clone()).unwrap_or_default(),
                    right.get(window).unwrap_or_default(),
                );
                let mut sum = (kernel.zero(), kernel.zero());
                for ((left, right), &weight) in left.iter().zip(right).zip(weights) {
                    let weight = kernel.splat(weight);
                    sum.0 = kernel.add_weighted(sum.0, left, weight);
                    sum.1 = kernel.add_weighted(sum.1, right, weight);
                }
                (*left_sum, *right_sum) = (kernel.store(sum.0), kernel.store(sum.1));
            }
            let at = tile * PIECES + pair * 2;
            for (sums, columns) in sums.iter().zip(columns.iter_mut().skip(at)) {
                transpose(sums, columns);
            }
        }
    }

    /// The channels of one pixel of the result, in all rows of the block.
    #[inline(always)]
    pub(super) fn weigh_across<const CHANNELS: usize, K: Kernel>(
        &self,
        kernel: K,
        pixel: usize,
    ) -> [K::Vector; CHANNELS] {
        let (first, weights) = self.across.of(pixel);
        let pixels = self.turned.as_chunks::<CHANNELS>().0;
        let mut sums = [kernel.zero(); CHANNELS];
        for (pixel, &weight) in pixels.get(first..).unwrap_or_default().iter().zip(weights) {
            let weight = kernel.splat(weight);
            for (sum, samples) in sums.iter_mut().zip(pixel) {
                *sum = kernel.add_weighted(*sum, samples, weight);
            }
        }
        sums
    }
}
