//! Pictures that come row by row, in one part or in several.

use crate::pipeline::num::usize_of;
use crate::pipeline::raster::Size;

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
}

/// What is resized.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::pipeline) enum Parts {
    /// Pixels of so many channels, side by side.
    Pixels(usize, Part),
    /// Brightness and two colours (YCbCr of JFIF).
    Planes([Part; 3]),
}

/// Room for rows of a part.
pub(in crate::pipeline) struct Room<'a> {
    pub(in crate::pipeline) bytes: &'a mut [u8],
    /// Bytes from a row to the next.
    pub(in crate::pipeline) stride: usize,
}

/// Where rows come from.
pub(in crate::pipeline) trait Rows {
    /// Why no more come.
    type Error;

    /// Fills room for `times` times as many rows of each part as come at a time.
    fn read(&mut self, times: usize, rooms: &mut [Room<'_>]) -> Result<(), Self::Error>;
}
