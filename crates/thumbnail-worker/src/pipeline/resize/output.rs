//! Columns of a block become bytes of its rows.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

use super::kernel::{LANES, Lanes, transpose};
use super::light::level;

/// The rows of a block of the result, written from left to right, sixteen bytes at a time.
pub(super) struct Output<'a> {
    block: &'a mut [u8],
    /// Bytes of a row.
    row: usize,
    /// Rows of the block.
    lines: usize,
    group: [Lanes; LANES],
    filled: usize,
    at: usize,
}

impl<'a> Output<'a> {
    pub(super) fn new(block: &'a mut [u8], row: usize, lines: usize) -> Self {
        Self {
            block,
            row,
            lines,
            group: [[0; LANES]; LANES],
            filled: 0,
            at: 0,
        }
    }

    /// The next light of each row.
    #[inline(always)]
    pub(super) fn push(&mut self, column: Lanes) {
        if let Some(place) = self.group.get_mut(self.filled) {
            *place = column;
        }
        self.filled += 1;
        if self.filled == LANES || self.at + self.filled == self.row {
            self.write();
        }
    }

    #[inline(always)]
    fn write(&mut self) {
        let mut turned = [[0; LANES]; LANES];
        transpose(&self.group, &mut turned);
        let rows = self.block.chunks_exact_mut(self.row).take(self.lines);
        for (lights, row) in turned.iter().zip(rows) {
            let Some(place) = row.get_mut(self.at..self.at + self.filled) else {
                continue;
            };
            // Whole groups by a length that is known to the compiler.
            if let Ok(place) = <&mut [u8; LANES]>::try_from(&mut *place) {
                write(lights, place);
            } else {
                write(lights, place);
            }
        }
        self.at += self.filled;
        self.filled = 0;
    }
}

#[inline(always)]
fn write(lights: &Lanes, levels: &mut [u8]) {
    for (byte, &light) in levels.iter_mut().zip(lights) {
        *byte = level(light);
    }
}
