//! In place of `rows` on processors that it has no instructions for: whole pictures are resized there.

use crate::pipeline::raster::Size;

/// What would be resized, and to what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::pipeline) struct Task {
    /// Of what comes.
    pub(in crate::pipeline) size: Size,
    /// How much of it is picture.
    pub(in crate::pipeline) covered: (f64, f64),
    /// Bytes of a pixel.
    pub(in crate::pipeline) channels: usize,
    /// Of the result.
    pub(in crate::pipeline) to: Size,
}

/// Where rows come from.
pub(in crate::pipeline) trait Rows {
    /// Why no more come.
    type Error;

    /// Fills `rows`, each `stride` bytes after the one before, with the next ones.
    fn read(&mut self, rows: &mut [u8], stride: usize) -> Result<(), Self::Error>;
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
    _task: Task,
    instructions: Instructions,
) -> Result<Vec<u8>, R::Error> {
    match instructions {}
}

/// Nothing.
pub(in crate::pipeline) const fn working_memory(_task: &Task) -> u64 {
    0
}
