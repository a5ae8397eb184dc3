//! One plane: its window of rows, the weights of both its sides, and what its columns are for a block.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

mod weigh;

use std::ops::Range;

use super::kernel::{Kernel, LANES, Lanes, Pair};
use super::source::{Part, Room};
use super::weights::Weights;
use crate::pipeline::num::usize_of;

/// Samples of a tile: its widened window stays in the first level of the cache.
const TILE: usize = 128;
/// Between rows lies an odd number of these, or the same columns of all rows would compete for a few places of the cache.
const CACHE_LINE: usize = 64;
/// Pieces of a tile.
const PIECES: usize = TILE / LANES;

/// What a window holds.
pub(super) trait Sample: Copy + Default {
    /// How the channels of pixels lie: in groups of sixteen pixels one channel after the other, or side by side.
    const GROUPED: bool;
    /// The light of sixteen samples.
    fn light<K: Kernel>(kernel: K, samples: &[Self; LANES]) -> K::Vector;
}

/// Levels.
impl Sample for u8 {
    const GROUPED: bool = false;

    #[inline(always)]
    fn light<K: Kernel>(kernel: K, samples: &[Self; LANES]) -> K::Vector {
        kernel.light(kernel.shifted::<7>(kernel.widen(*samples)))
    }
}

/// Light.
impl Sample for i16 {
    const GROUPED: bool = true;

    #[inline(always)]
    fn light<K: Kernel>(kernel: K, samples: &[Self; LANES]) -> K::Vector {
        kernel.load(samples)
    }
}

/// How the rows of a plane come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coming {
    /// Samples of a row, with all their channels.
    pub(super) row: usize,
    /// How many rows come at a time.
    pub(super) rows: usize,
    /// How many there are in all.
    pub(super) height: usize,
}

impl Coming {
    /// Of a part whose bytes are kept as they come.
    pub(super) fn of(part: &Part) -> Self {
        Self {
            row: part.row,
            rows: part.rows,
            height: usize_of(part.size.height),
        }
    }
}

/// Samples that are resized by themselves.
#[derive(Clone)]
pub(super) struct Plane<S> {
    across: Weights,
    down: Weights,
    coming: Coming,
    /// Samples from a row to the next: whole tiles and a gap.
    stride: usize,
    /// The number of the first row in the window, and of the first that has not come.
    first: usize,
    have: usize,
    /// The most rows that are there at a time, and the most pairs that count for a block.
    most: usize,
    most_pairs: usize,
    window: Vec<S>,
    /// The light of a tile of the window, in pairs of rows: one piece after the other, each with all its rows.
    wide: Vec<Pair>,
    /// The columns of a block, and the same in pairs of pixels.
    columns: Vec<Lanes>,
    pairs: Vec<Pair>,
}

impl<S: Sample> Plane<S> {
    pub(super) fn new(coming: Coming, across: Weights, down: Weights) -> Self {
        Self {
            across,
            down,
            stride: coming.row.max(1).next_multiple_of(TILE) + CACHE_LINE / size_of::<S>(),
            coming: Coming {
                rows: coming.rows.max(1),
                ..coming
            },
            first: 0,
            have: 0,
            most: 0,
            most_pairs: 0,
            window: Vec::new(),
            wide: Vec::new(),
            columns: Vec::new(),
            pairs: Vec::new(),
        }
    }

    /// Pixels of a row of the result.
    pub(super) fn width(&self) -> usize {
        self.across.len()
    }

    /// Samples from a row to the next.
    pub(super) const fn stride(&self) -> usize {
        self.stride
    }

    /// Drops the rows before those that count for `lines`. Returns how many times rows have to come before all of them are there.
    pub(super) fn turn_to(&mut self, lines: &Range<usize>) -> usize {
        let (first, end) = self.down.span(lines.clone());
        self.most_pairs = self.most_pairs.max((end - first) / 2);
        let first = first.min(self.have);
        let kept = (first - self.first) * self.stride..(self.have - self.first) * self.stride;
        if kept.end <= self.window.len() {
            self.window.copy_within(kept, 0);
        }
        self.first = first;
        // A pair may end behind the last row.
        let end = end.min(self.coming.height);
        end.saturating_sub(self.have).div_ceil(self.coming.rows)
    }

    /// Takes note that rows will come so many times.
    pub(super) fn expect(&mut self, times: usize) {
        self.have += times * self.coming.rows;
        self.most = self.most.max(self.have - self.first);
    }

    /// Goes back to the start, with room for all that was expected, and for the half of a pair behind the last row.
    pub(super) fn begin(&mut self) {
        (self.first, self.have) = (0, 0);
        self.window = vec![S::default(); (self.most + 1) * self.stride];
        self.wide = vec![Pair::default(); self.most_pairs * PIECES];
        self.columns = vec![[0; LANES]; self.stride];
        self.pairs = vec![Pair::default(); self.stride / 2];
    }

    /// Room for rows that come so many times.
    pub(super) fn rows(&mut self, times: usize) -> &mut [S] {
        let from = self.have - self.first;
        self.have += times * self.coming.rows;
        let rows = from * self.stride..(self.have - self.first) * self.stride;
        self.window.get_mut(rows).unwrap_or_default()
    }

    /// A row, if it is in the window.
    pub(super) fn row(&self, number: usize) -> Option<&[S]> {
        let from = number.checked_sub(self.first)? * self.stride;
        self.window.get(from..from + self.stride)
    }
}

impl Plane<u8> {
    /// Room for rows that come so many times, to be read into.
    pub(super) fn room(&mut self, times: usize) -> Room<'_> {
        let stride = self.stride;
        Room {
            bytes: self.rows(times),
            stride,
        }
    }
}
