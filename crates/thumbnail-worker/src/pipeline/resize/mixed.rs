//! Colours that pixels share, each mixed with its neighbours as if they were enlarged.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

use super::kernel::{Kernel, LANES};
use super::source::Shared;

/// Before and behind the sums of a row: room for a neighbour.
const MARGIN: usize = LANES;

/// Eight times the colours of a row, mixed with those of its neighbours.
#[derive(Debug, Clone)]
pub(super) struct Mixed {
    sums: Vec<i16>,
    /// Colours of a row.
    width: usize,
}

impl Mixed {
    pub(super) fn new(width: usize) -> Self {
        Self {
            sums: vec![0; MARGIN + width.next_multiple_of(LANES) + MARGIN],
            width,
        }
    }

    /// Groups of sixteen colours.
    pub(super) const fn groups(&self) -> usize {
        self.width.div_ceil(LANES)
    }

    #[inline(always)]
    pub(super) fn mix(&mut self, kernel: impl Kernel, [before, row, behind]: [&[u8]; 3], shared: Shared) {
        let count = self.groups();
        let sums = self.sums.as_chunks_mut::<LANES>().0.iter_mut().skip(MARGIN / LANES);
        let [before, row, behind] = [before.as_chunks().0, row.as_chunks().0, behind.as_chunks().0];
        for (sum, ((before, own), behind)) in sums.zip(before.iter().zip(row).zip(behind)).take(count) {
            let own = kernel.widen(*own);
            *sum = kernel.store(if shared.down {
                mixed(kernel, kernel.widen(*before), own, kernel.widen(*behind))
            } else {
                kernel.shifted::<3>(own)
            });
        }
        // The ends have no neighbours but themselves.
        let last = MARGIN + self.width.saturating_sub(1);
        for (from, to) in [(MARGIN, MARGIN - 1), (last, last + 1)] {
            if let (Some(&end), true) = (self.sums.get(from), to < self.sums.len()) {
                self.sums.get_mut(to..=to).unwrap_or_default().fill(end);
            }
        }
    }

    /// The mean of a group, with all bits behind the point.
    #[inline(always)]
    pub(super) fn mean<K: Kernel>(&self, kernel: K, group: usize, shared: Shared) -> Option<K::Vector> {
        let at = |first: usize| self.sums.get(first..)?.first_chunk::<LANES>();
        let first = MARGIN + group * LANES;
        let own = kernel.load(at(first)?);
        if !shared.across {
            return Some(kernel.shifted::<3>(own));
        }
        let (before, behind) = (kernel.load(at(first - 1)?), kernel.load(at(first + 1)?));
        Some(mixed(kernel, before, own, behind))
    }
}

/// Six times its own, and once each of its neighbours.
#[inline(always)]
fn mixed<K: Kernel>(kernel: K, before: K::Vector, own: K::Vector, behind: K::Vector) -> K::Vector {
    let six = kernel.add(kernel.shifted::<2>(own), kernel.shifted::<1>(own));
    kernel.add(six, kernel.add(before, behind))
}
