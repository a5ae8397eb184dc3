//! Pictures that come row by row, in one part or in several.

use crate::pipeline::num::usize_of;
use crate::pipeline::raster::{Channels, Size};

/// A part of the picture that has rows of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::pipeline) struct Part {
    /// Samples, without channels.
    pub(in crate::pipeline) size: Size,
    /// How much of it is picture.
    pub(in crate::pipeline) covered: (f64, f64),
    /// Bytes that are written of a row.
    pub(in crate::pipeline) row: usize,
    /// Rows that come at a time.
    pub(in crate::pipeline) rows: usize,
}

impl Part {
    /// Of pixels of so many channels, side by side, which come one row at a time.
    pub(in crate::pipeline) const fn of_pixels(size: Size, covered: (f64, f64), channels: usize) -> Self {
        Self {
            size,
            covered,
            row: usize_of(size.width) * channels,
            rows: 1,
        }
    }

    /// Whether it has half the resolution of another one, across and down; nothing where it has neither half nor the same.
    fn halves(&self, other: &Self) -> Option<(bool, bool)> {
        let is_half = |one: f64, other: f64| match other / one {
            1.0 => Some(false),
            2.0 => Some(true),
            _ => None,
        };
        let across = is_half(self.covered.0, other.covered.0)?;
        let down = is_half(self.covered.1, other.covered.1)?;
        let rows = if down { 2 * self.rows } else { self.rows };
        (rows == other.rows).then_some((across, down))
    }
}

/// What is resized.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::pipeline) enum Parts {
    /// Pixels, their channels side by side.
    Pixels(Channels, Part),
    /// Brightness and two colours (YCbCr of JFIF).
    Planes(Planes),
}

/// Brightness, and two colours of the same resolution or of half of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::pipeline) struct Planes {
    pub(super) brightness: Part,
    /// Each of both.
    pub(super) colours: Part,
    /// How many pixels share a colour.
    pub(super) shared: Shared,
    /// Four pixels that share a colour become one before anything else.
    pub(super) halved: bool,
}

/// Whether two pixels share a colour: side by side, and one above the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pipeline) struct Shared {
    pub(super) across: bool,
    pub(super) down: bool,
}

impl Shared {
    /// Every pixel has its own.
    pub(super) const NOT: Self = Self {
        across: false,
        down: false,
    };
}

impl Planes {
    /// Nothing where the colours have another resolution than half or all.
    pub(in crate::pipeline) fn new([brightness, blue, red]: [Part; 3]) -> Option<Self> {
        let (across, down) = blue.halves(&brightness)?;
        (blue == red).then_some(Self {
            brightness,
            colours: blue,
            shared: Shared { across, down },
            halved: false,
        })
    }

    /// The same, where four pixels share a colour and are to become one before anything else: for a result of less than half the size.
    pub(in crate::pipeline) fn halved(self) -> Option<Self> {
        let halved = self.shared.across && self.shared.down;
        halved.then_some(Self { halved, ..self })
    }
}

/// Room for rows of a part.
pub(in crate::pipeline) struct Room<'a> {
    pub(in crate::pipeline) bytes: &'a mut [u8],
    /// Bytes from a row to the next.
    pub(in crate::pipeline) stride: usize,
}

impl Room<'_> {
    /// Gives a row of an odd number of pixels one more, like the last: what a file has there is no picture.
    pub(super) fn make_even(&mut self, width: usize) {
        if width.is_multiple_of(2) {
            return;
        }
        for row in self.bytes.chunks_exact_mut(self.stride.max(1)) {
            if let Some([last, more]) = row.get_mut(width - 1..=width) {
                *more = *last;
            }
        }
    }
}

/// Where rows come from.
pub(in crate::pipeline) trait Rows {
    /// Why no more come.
    type Error;

    /// Fills room for `times` times as many rows of each part as come at a time.
    fn read(&mut self, times: usize, rooms: &mut [Room<'_>]) -> Result<(), Self::Error>;
}
