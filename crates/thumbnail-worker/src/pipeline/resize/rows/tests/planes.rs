//! Brightness and colours, each at its own resolution.

use std::convert::Infallible;

use super::super::super::source::{Part, Planes, Room};
use super::super::*;
use super::{Task, all_instructions, size};
use crate::pipeline::num::pixels;
use crate::pipeline::testing::reference::{Weighed, resized};

/// A picture whose planes come so many rows at a time, as often as there are any.
struct PlaneRows {
    parts: [Part; 3],
    samples: [Vec<u8>; 3],
    at: usize,
}

impl Rows for PlaneRows {
    type Error = Infallible;

    fn read(&mut self, times: usize, rooms: &mut [Room<'_>]) -> Result<(), Infallible> {
        for ((room, part), samples) in rooms.iter_mut().zip(&self.parts).zip(&self.samples) {
            assert!(
                (self.at + times - 1) * part.rows < usize_of(part.size.height),
                "there are no more"
            );
            let width = usize_of(part.size.width);
            let from = samples.chunks_exact(width).skip(self.at * part.rows);
            for (row, from) in room.bytes.chunks_mut(room.stride).zip(from) {
                row[..width].copy_from_slice(from);
            }
        }
        self.at += times;
        Ok(())
    }
}

/// The level of each colour where pixels have their own: by the matrix of JFIF.
fn rgb(brightness: f64, blue: f64, red: f64) -> [u8; 3] {
    let (blue, red) = (blue - 128.0, red - 128.0);
    let levels = [
        brightness + 1.402 * red,
        brightness - 0.344_136 * blue - 0.714_136 * red,
        brightness + 1.772 * blue,
    ];
    levels.map(|level| u8::try_from(pixels(level.clamp(0.0, 255.0) + 1.0) - 1).unwrap())
}

/// Waves that are long enough for a colour to be much the same as its neighbour's.
fn waves(size: Size, length: f64, depth: f64) -> Vec<u8> {
    let wave = |x: u32, y: u32| 128.0 + depth * (f64::from(x) / length).sin() * (f64::from(y) / length + 1.0).cos();
    (0..size.height)
        .flat_map(|y| (0..size.width).map(move |x| u8::try_from(pixels(wave(x, y))).unwrap()))
        .collect()
}

/// Planes of which colours are shared by so many pixels, and how far the result is from what red, green and blue would become.
fn worst_of_planes(full: Size, (across, down): (u32, u32), to: Size, instructions: Instructions) -> f64 {
    let half = size(full.width.div_ceil(across), full.height.div_ceil(down));
    let task = |size, covered| Task {
        size,
        covered,
        channels: 1,
        to,
    };
    let (width, height) = (f64::from(full.width), f64::from(full.height));
    let brightness = task(full, (width, height));
    let colour = task(half, (width / f64::from(across), height / f64::from(down)));
    let colours_length = 60.0 / f64::from(across.max(down));
    let samples = [
        waves(full, 25.0, 60.0),
        waves(half, colours_length, 40.0),
        waves(half, colours_length * 1.3, 50.0),
    ];
    let parts = [brightness.part(usize_of(8 * down)), colour.part(8), colour.part(8)];
    let pixels: Vec<u8> = (0..full.height)
        .flat_map(|y| (0..full.width).map(move |x| (x, y)))
        .flat_map(|(x, y)| {
            let at = |plane: &[u8], width, x, y| f64::from(plane[usize_of(y) * usize_of(width) + usize_of(x)]);
            // Three quarters of the nearest, a quarter of the second nearest.
            let enlarged = |plane: &[u8]| {
                let near = |at: u32, by: u32, end: u32| match (by, at % 2) {
                    (1, _) => (at, at),
                    (_, 0) => (at / 2, (at / 2).saturating_sub(1)),
                    _ => (at / 2, (at / 2 + 1).min(end - 1)),
                };
                let (left, right) = near(x, across, half.width);
                let (upper, lower) = near(y, down, half.height);
                let row = |y| 0.75 * at(plane, half.width, left, y) + 0.25 * at(plane, half.width, right, y);
                0.75 * row(upper) + 0.25 * row(lower)
            };
            rgb(
                at(&samples[0], full.width, x, y),
                enlarged(&samples[1]),
                enlarged(&samples[2]),
            )
        })
        .collect();
    let exact = resized(&pixels, (full, 3), (width, height), to, Weighed::Light);
    let planes = Planes::new(parts).unwrap();
    let mut rows = PlaneRows { parts, samples, at: 0 };
    let Ok(made) = resize(&mut rows, &Parts::Planes(planes), to, instructions);
    let pairs = made.iter().zip(&exact);
    pairs
        .map(|(&made, exact)| (f64::from(made) - exact).abs())
        .fold(0.0, f64::max)
}

#[test]
fn planes_become_what_red_green_and_blue_become() {
    for instructions in all_instructions() {
        for shared in [(1, 1), (2, 1), (1, 2), (2, 2)] {
            // Odd ones, whole blocks, and one whose last block has one row.
            for full in [size(301, 223), size(288, 224), size(307, 225)] {
                let worst = worst_of_planes(full, shared, size(91, 67), instructions);
                assert!(worst < 2.5, "{full:?} {shared:?} {instructions:?}: {worst}");
            }
        }
    }
}

#[test]
fn colours_of_another_resolution_are_no_planes() {
    let part = |width: u32, rows| Part {
        size: size(width, 80),
        covered: (f64::from(width), 80.0),
        row: usize_of(width),
        rows,
    };
    assert!(Planes::new([part(80, 8), part(40, 8), part(40, 8)]).is_some());
    assert!(Planes::new([part(80, 8), part(20, 8), part(20, 8)]).is_none());
    assert!(Planes::new([part(80, 8), part(40, 8), part(80, 8)]).is_none());
}
