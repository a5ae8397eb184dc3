//! The rows of a picture as they come, and the light that is weighed of them.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

use std::ops::Range;

use super::full::FullColours;
use super::kernel::{Kernel, LANES, Lanes};
use super::levels::{Levels, of_levels, of_light, weights};
use super::output::Output;
use super::plane::{Plane, Sample};
use super::premultiplied;
use super::shared::SharedColours;
use super::source::{Parts, Rows, Shared};
use crate::pipeline::raster::{Channels, Size};

/// What is resized, by how its light comes about.
pub(super) enum Canvas {
    /// Levels of so many channels. Ink is what light is missing.
    Levels { plane: Plane<u8>, channels: Channels },
    /// Levels with alpha: light has to be multiplied by it first.
    Premultiplied {
        levels: Levels,
        plane: Plane<i16>,
        channels: Channels,
    },
    /// Brightness, and colours that two or four pixels share.
    Shared(Box<SharedColours>),
    /// Brightness and colours that become pixels at the resolution of the colours.
    Full(Box<FullColours>),
}

impl Canvas {
    pub(super) fn new(parts: &Parts, to: Size) -> Self {
        match parts {
            Parts::Pixels(channels, part) if channels.has_alpha() => Self::Premultiplied {
                levels: Levels::new(part),
                plane: of_light(part, *channels, weights(part, to)),
                channels: *channels,
            },
            Parts::Pixels(channels, part) => Self::Levels {
                plane: of_levels(part, to),
                channels: *channels,
            },
            Parts::Planes(planes) if planes.halved || planes.shared == Shared::NOT => {
                Self::Full(Box::new(FullColours::new(planes, to)))
            }
            Parts::Planes(planes) => Self::Shared(Box::new(SharedColours::new(planes, to))),
        }
    }

    /// Samples of a pixel of the result.
    pub(super) const fn channels(&self) -> usize {
        match self {
            Self::Levels { channels, .. } | Self::Premultiplied { channels, .. } => channels.count(),
            Self::Shared(_) | Self::Full(_) => Channels::Rgb.count(),
        }
    }

    /// Drops the rows before those that count for `lines`. Returns how many times rows have to come before all of them are there:
    /// all parts come at the pace of the one that is the furthest behind.
    pub(super) fn turn_to(&mut self, lines: &Range<usize>) -> usize {
        match self {
            Self::Levels { plane, .. } => plane.turn_to(lines),
            Self::Premultiplied { plane, .. } => plane.turn_to(lines),
            Self::Full(full) => full.plane.turn_to(lines),
            Self::Shared(shared) => shared.brightness.turn_to(lines).max(shared.colours.turn_to(lines)),
        }
    }

    /// Finds out how many rows have to be kept, and makes room for them.
    pub(super) fn make_room(&mut self, height: usize) {
        for from in (0..height).step_by(LANES) {
            let times = self.turn_to(&(from..(from + LANES).min(height)));
            match self {
                Self::Levels { plane, .. } => plane.expect(times),
                Self::Premultiplied { plane, .. } => plane.expect(times),
                Self::Full(full) => full.plane.expect(times),
                Self::Shared(shared) => {
                    shared.brightness.expect(times);
                    shared.colours.expect(times);
                }
            }
        }
        match self {
            Self::Levels { plane, .. } => plane.begin(),
            Self::Premultiplied { plane, .. } => plane.begin(),
            Self::Full(full) => full.plane.begin(),
            Self::Shared(shared) => {
                shared.brightness.begin();
                shared.colours.begin();
            }
        }
    }

    /// How many times rows should come before they are made light: while they are in the cache.
    pub(super) const fn at_once(&self) -> usize {
        match self {
            Self::Levels { .. } | Self::Premultiplied { .. } => usize::MAX,
            Self::Shared(_) | Self::Full(_) => 1,
        }
    }

    /// Has rows come.
    pub(super) fn read<R: Rows>(&mut self, rows: &mut R, times: usize) -> Result<(), R::Error> {
        match self {
            Self::Levels { plane, channels } => {
                let mut room = plane.room(times);
                rows.read(times, std::slice::from_mut(&mut room))?;
                if *channels == Channels::Cmyk {
                    room.bytes.iter_mut().for_each(|ink| *ink = !*ink);
                }
                Ok(())
            }
            Self::Premultiplied { levels, .. } => rows.read(times, &mut [levels.room(times)]),
            Self::Full(full) => full.read(rows, times),
            Self::Shared(shared) => shared.read(rows, times),
        }
    }

    /// Makes light of the rows that came so many times, where they are kept as light.
    #[inline(always)]
    pub(super) fn take_in(&mut self, kernel: impl Kernel, times: usize) {
        match self {
            Self::Levels { .. } => {}
            Self::Premultiplied {
                levels,
                plane,
                channels,
            } => {
                let stride = plane.stride();
                premultiplied::fill(&levels.bytes, levels.stride, *channels, plane.rows(times), stride);
            }
            Self::Full(full) => full.take_in(kernel, times),
            Self::Shared(shared) => shared.take_in(kernel, times),
        }
    }

    /// Makes the rows `lines` of the result.
    #[inline(always)]
    pub(super) fn weigh(&mut self, kernel: impl Kernel, lines: &Range<usize>, output: &mut Output<'_>) {
        match self {
            Self::Levels { plane, channels } => match channels.count() {
                1 => weigh_pixels::<1, _>(kernel, plane, lines, output),
                4 => weigh_pixels::<4, _>(kernel, plane, lines, output),
                _ => weigh_pixels::<3, _>(kernel, plane, lines, output),
            },
            Self::Premultiplied { plane, channels, .. } => match channels {
                Channels::GreyAlpha => weigh_premultiplied::<2>(kernel, plane, lines, output),
                _ => weigh_premultiplied::<4>(kernel, plane, lines, output),
            },
            Self::Full(full) => weigh_pixels::<3, _>(kernel, &mut full.plane, lines, output),
            Self::Shared(shared) => weigh_shared(kernel, shared, lines, output),
        }
    }
}

#[inline(always)]
fn weigh_pixels<const CHANNELS: usize, S: Sample>(
    kernel: impl Kernel,
    plane: &mut Plane<S>,
    lines: &Range<usize>,
    output: &mut Output<'_>,
) {
    plane.weigh_down::<CHANNELS>(kernel, lines);
    for pixel in 0..plane.width() {
        for light in plane.weigh_across::<CHANNELS, _>(kernel, pixel) {
            output.push(kernel.store(light));
        }
    }
}

#[inline(always)]
fn weigh_premultiplied<const CHANNELS: usize>(
    kernel: impl Kernel,
    plane: &mut Plane<i16>,
    lines: &Range<usize>,
    output: &mut Output<'_>,
) {
    plane.weigh_down::<CHANNELS>(kernel, lines);
    for pixel in 0..plane.width() {
        let mut lights = [Lanes::default(); CHANNELS];
        for (light, vector) in lights.iter_mut().zip(plane.weigh_across::<CHANNELS, _>(kernel, pixel)) {
            *light = kernel.store(vector);
        }
        premultiplied::divide(&mut lights);
        for light in lights {
            output.push(light);
        }
    }
}

#[inline(always)]
fn weigh_shared(kernel: impl Kernel, shared: &mut SharedColours, lines: &Range<usize>, output: &mut Output<'_>) {
    let SharedColours {
        brightness, colours, ..
    } = shared;
    brightness.weigh_down::<1>(kernel, lines);
    colours.weigh_down::<3>(kernel, lines);
    for pixel in 0..brightness.width() {
        let [all] = brightness.weigh_across::<1, _>(kernel, pixel);
        for more in colours.weigh_across::<3, _>(kernel, pixel) {
            output.push(kernel.store(kernel.add(all, more)));
        }
    }
}
