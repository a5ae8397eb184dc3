//! Brightness, and two colours that two or four pixels share.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

use super::colours::{self, Row};
use super::kernel::{Kernel, LANES};
use super::mixed::Mixed;
use super::plane::{Coming, Plane};
use super::source::{Part, Planes, Room, Rows, Shared};
use super::weights::{Shares, Weights};
use crate::pipeline::num::usize_of;
use crate::pipeline::raster::Size;

/// The window of the brightness, and that of what red, green and blue have more.
///
/// A row of colour can only be mixed when the one behind it is there. So the rows of `colours` are one late: the first one is empty,
/// and the last one comes when no more rows come.
pub(super) struct SharedColours {
    pub(super) brightness: Plane<u8>,
    pub(super) colours: Plane<i16>,
    blue: Recent,
    red: Recent,
    mixed: [Mixed; 2],
    shared: Shared,
    /// Of the brightness.
    size: Size,
}

impl SharedColours {
    pub(super) fn new(planes: &Planes, to: Size) -> Self {
        let Planes {
            brightness,
            colours,
            shared,
            ..
        } = planes;
        let across = |part: &Part| Shares::new(part.size.width, part.covered.0, to.width);
        let down = |part: &Part| Shares::new(part.size.height, part.covered.1, to.height);
        let (fine_across, fine_down) = (across(brightness), down(brightness));
        let (mut colours_across, mut colours_down) = (across(colours), down(colours));
        if shared.across {
            colours_across = colours_across.cut_as(&fine_across, brightness.size.width);
        }
        if shared.down {
            colours_down = colours_down.cut_as(&fine_down, brightness.size.height);
        }
        let (width, height) = (usize_of(colours.size.width), usize_of(colours.size.height));
        let late = Coming {
            row: width.next_multiple_of(LANES) * 3,
            rows: colours.rows,
            height: height + 1,
        };
        Self {
            brightness: Plane::new(
                Coming::of(brightness),
                Weights::new(&fine_across),
                Weights::new(&fine_down),
            ),
            colours: Plane::new(
                late,
                Weights::new(&colours_across),
                Weights::new(&colours_down.delayed()),
            ),
            blue: Recent::new(colours),
            red: Recent::new(colours),
            mixed: [Mixed::new(width), Mixed::new(width)],
            shared: *shared,
            size: brightness.size,
        }
    }

    /// Has rows come, as many as there are.
    pub(super) fn read<R: Rows>(&mut self, rows: &mut R, times: usize) -> Result<(), R::Error> {
        let real = times.min(self.blue.left());
        if real > 0 {
            let mut rooms = [self.brightness.room(real), self.blue.room(real), self.red.room(real)];
            rows.read(real, &mut rooms)?;
            let [brightness, ..] = &mut rooms;
            brightness.make_even(usize_of(self.size.width));
        }
        self.blue.settle(times, real);
        self.red.settle(times, real);
        Ok(())
    }

    /// Makes light of the rows that came.
    #[inline(always)]
    pub(super) fn take_in(&mut self, kernel: impl Kernel, times: usize) {
        let stride = self.colours.stride();
        let from = self.blue.came - times * self.blue.rows;
        let late = self.colours.rows(times).chunks_exact_mut(stride);
        // The row before the first one is nothing.
        for (into, number) in late.zip(from..).filter(|(_, number)| *number > 0) {
            let above = (number - 1) * if self.shared.down { 2 } else { 1 };
            let Some(upper) = self.brightness.row(above) else {
                continue;
            };
            // Of an odd number of rows the last one is alone.
            let has_two = self.shared.down && above + 1 < usize_of(self.size.height);
            let lower = self.brightness.row(above + 1).filter(|_| has_two).unwrap_or(upper);
            let row = Row {
                brightness: [upper, lower],
                blue: self.blue.around(number - from),
                red: self.red.around(number - from),
            };
            colours::fill_shared(kernel, row, self.shared, &mut self.mixed, into);
        }
    }
}

/// The rows of a colour that came the last time, and two before them.
struct Recent {
    bytes: Vec<u8>,
    stride: usize,
    /// How many rows come at a time, how many there are in all, and how many have come.
    rows: usize,
    height: usize,
    came: usize,
}

const BEFORE: usize = 2;

impl Recent {
    fn new(part: &Part) -> Self {
        let stride = part.row.next_multiple_of(LANES);
        Self {
            bytes: vec![0; BEFORE * stride],
            stride,
            rows: part.rows.max(1),
            height: usize_of(part.size.height),
            came: 0,
        }
    }

    /// How often rows are still to come.
    fn left(&self) -> usize {
        self.height.saturating_sub(self.came).div_ceil(self.rows)
    }

    fn room(&mut self, times: usize) -> Room<'_> {
        self.keep();
        self.bytes.resize((BEFORE + times * self.rows) * self.stride, 0);
        Room {
            bytes: self.bytes.get_mut(BEFORE * self.stride..).unwrap_or_default(),
            stride: self.stride,
        }
    }

    /// Moves the last rows to the front.
    fn keep(&mut self) {
        let last = self.bytes.len() - BEFORE * self.stride;
        self.bytes.copy_within(last.., 0);
        self.bytes.truncate(BEFORE * self.stride);
    }

    /// Takes note that rows came `real` times, and repeats the ends of the picture: the first row before it, the last one behind it
    /// until rows would have come `times` times.
    fn settle(&mut self, times: usize, real: usize) {
        if real == 0 {
            self.keep();
        }
        self.bytes.resize((BEFORE + times * self.rows) * self.stride, 0);
        let stride = self.stride;
        let mut repeat =
            |from: usize, to: usize| self.bytes.copy_within(from * stride..(from + 1) * stride, to * stride);
        if self.came == 0 {
            repeat(BEFORE, BEFORE - 1);
        }
        let behind = self.height.saturating_sub(self.came).min(times * self.rows);
        for row in BEFORE + behind..BEFORE + times * self.rows {
            repeat(row - 1, row);
        }
        self.came += times * self.rows;
    }

    /// The row before the one with this number of those that came the last time, and its neighbours.
    fn around(&self, number: usize) -> [&[u8]; 3] {
        let row = |number: usize| {
            let from = number * self.stride;
            self.bytes.get(from..from + self.stride).unwrap_or_default()
        };
        [row(number), row(number + 1), row(number + 2)]
    }
}
