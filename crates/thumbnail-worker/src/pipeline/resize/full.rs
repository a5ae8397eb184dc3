//! Brightness and colours that become pixels at the resolution of the colours: of files whose pixels share none, and of those that
//! are halved before anything else.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

use super::colours;
use super::kernel::Kernel;
use super::levels::{Levels, of_light, weights};
use super::plane::Plane;
use super::source::{Part, Planes, Rows};
use super::weights::{Shares, Weights};
use crate::pipeline::num::usize_of;
use crate::pipeline::raster::{Channels, Size};

/// The window of red, green and blue light, and the levels that it is made of.
pub(super) struct FullColours {
    levels: [Levels; 3],
    pub(super) plane: Plane<i16>,
    halved: bool,
    /// Of the brightness.
    width: usize,
}

fn weights_of_means(part: &Part, to: Size) -> [Weights; 2] {
    let of = |length, covered, to| Weights::new(&Shares::new(length, covered, to).of_means(length));
    [
        of(part.size.width, part.covered.0, to.width),
        of(part.size.height, part.covered.1, to.height),
    ]
}

impl FullColours {
    pub(super) fn new(planes: &Planes, to: Size) -> Self {
        let part = &planes.colours;
        let weights = if planes.halved {
            weights_of_means(part, to)
        } else {
            weights(part, to)
        };
        Self {
            levels: [&planes.brightness, part, part].map(Levels::new),
            plane: of_light(part, Channels::Rgb, weights),
            halved: planes.halved,
            width: usize_of(planes.brightness.size.width),
        }
    }

    /// Has rows come.
    pub(super) fn read<R: Rows>(&mut self, rows: &mut R, times: usize) -> Result<(), R::Error> {
        let mut rooms = self.levels.each_mut().map(|levels| levels.room(times));
        rows.read(times, &mut rooms)?;
        let [brightness, ..] = &mut rooms;
        brightness.make_even(self.width);
        Ok(())
    }

    /// Makes light of the rows that came.
    #[inline(always)]
    pub(super) fn take_in(&mut self, kernel: impl Kernel, times: usize) {
        let Self {
            levels, plane, halved, ..
        } = self;
        let stride = plane.stride();
        let [brightness, blue, red] = levels;
        let rows = if *halved { 2 } else { 1 };
        let brightness = brightness.bytes.chunks_exact(brightness.stride * rows);
        let blue = blue.bytes.chunks_exact(blue.stride);
        let red = red.bytes.chunks_exact(red.stride);
        let into = plane.rows(times).chunks_exact_mut(stride);
        for ((into, brightness), (blue, red)) in into.zip(brightness).zip(blue.zip(red)) {
            if *halved {
                colours::fill_halved(kernel, brightness.split_at(brightness.len() / 2), blue, red, into);
            } else {
                colours::fill_full(kernel, brightness, blue, red, into);
            }
        }
    }
}
