//! Levels that wait until they are light, and planes of either.

use super::kernel::LANES;
use super::plane::{Coming, Plane};
use super::source::{Part, Room};
use super::weights::{Shares, Weights};
use crate::pipeline::num::usize_of;
use crate::pipeline::raster::{Channels, Size};

/// Levels as they come, until they are light.
pub(super) struct Levels {
    pub(super) bytes: Vec<u8>,
    pub(super) stride: usize,
    rows: usize,
}

impl Levels {
    pub(super) fn new(part: &Part) -> Self {
        Self {
            bytes: Vec::new(),
            // Whole groups of lanes, two of brightness for each one of colours.
            stride: part.row.next_multiple_of(2 * LANES),
            rows: part.rows,
        }
    }

    pub(super) fn room(&mut self, times: usize) -> Room<'_> {
        self.bytes.resize(times * self.rows * self.stride, 0);
        Room {
            bytes: &mut self.bytes,
            stride: self.stride,
        }
    }
}

/// Of both sides.
pub(super) fn weights(part: &Part, to: Size) -> [Weights; 2] {
    [
        Weights::new(&Shares::new(part.size.width, part.covered.0, to.width)),
        Weights::new(&Shares::new(part.size.height, part.covered.1, to.height)),
    ]
}

/// A plane of levels.
pub(super) fn of_levels(part: &Part, to: Size) -> Plane<u8> {
    let [across, down] = weights(part, to);
    Plane::new(Coming::of(part), across, down)
}

/// A plane of light, in groups.
pub(super) fn of_light(part: &Part, channels: Channels, [across, down]: [Weights; 2]) -> Plane<i16> {
    let row = usize_of(part.size.width).next_multiple_of(LANES) * channels.count();
    let coming = Coming {
        row,
        ..Coming::of(part)
    };
    Plane::new(coming, across, down)
}
