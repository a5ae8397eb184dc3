//! In place of `rows` on processors that it has no instructions for: whole pictures are resized there.
#![allow(dead_code, reason = "what nothing is made of stands here for its users to compile")]

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

/// There are none.
#[derive(Debug, Clone, Copy)]
pub(in crate::pipeline) enum Instructions {}

impl Instructions {
    /// Never any.
    pub(in crate::pipeline) const fn detect() -> Option<Self> {
        None
    }
}

/// Never called.
pub(in crate::pipeline) fn resize<R: Rows>(
    _rows: &mut R,
    _parts: &Parts,
    _to: Size,
    instructions: Instructions,
) -> Result<Vec<u8>, R::Error> {
    match instructions {}
}

/// Nothing.
pub(in crate::pipeline) const fn working_memory(_size: Size, _channels: usize, _to: Size) -> u64 {
    0
}
