//! In place of `rows` on processors that it has no instructions for: whole pictures are resized there.

use super::source::{Parts, Rows};
use crate::pipeline::raster::Size;

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
