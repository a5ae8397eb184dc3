mod planes;

use std::convert::Infallible;

use super::super::source::{Part, Room};
use super::*;
use crate::pipeline::testing::reference::{Weighed, resized};

/// A picture that is there already.
struct Picture<'a> {
    rows: std::slice::ChunksExact<'a, u8>,
}

impl Rows for Picture<'_> {
    type Error = Infallible;

    fn read(&mut self, times: usize, rooms: &mut [Room<'_>]) -> Result<(), Infallible> {
        assert_eq!(rooms.len(), 1);
        for room in rooms {
            assert_eq!(room.bytes.len(), times * room.stride);
            for (row, from) in room.bytes.chunks_mut(room.stride).zip(&mut self.rows) {
                row[..from.len()].copy_from_slice(from);
            }
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy)]
struct Task {
    size: Size,
    covered: (f64, f64),
    channels: usize,
    to: Size,
}

impl Task {
    fn part(&self, rows: usize) -> Part {
        Part {
            size: self.size,
            covered: self.covered,
            row: usize_of(self.size.width) * self.channels,
            rows,
        }
    }

    fn exact(&self, samples: &[u8]) -> Vec<f64> {
        resized(
            samples,
            (self.size, self.channels),
            self.covered,
            self.to,
            Weighed::Light,
        )
    }
}

/// Edges, slopes and noise.
fn picture(size: Size, channels: usize) -> Vec<u8> {
    let mut noise = 7_u32;
    let sample = |x: u32, y: u32, channel: u32| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let edge = if (x / 13 + y / 17 + channel).is_multiple_of(2) {
            200
        } else {
            10
        };
        u8::try_from((edge + x / 20 + (noise >> 27)).min(255)).unwrap()
    };
    let channels = u32::try_from(channels).unwrap();
    (0..size.height)
        .flat_map(|y| (0..size.width).flat_map(move |x| (0..channels).map(move |channel| (x, y, channel))))
        .map({
            let mut sample = sample;
            move |(x, y, channel)| sample(x, y, channel)
        })
        .collect()
}

fn all_instructions() -> Vec<Instructions> {
    let all = [
        Avx2::detect().map(Instructions::Avx2),
        Ssse3::detect().map(Instructions::Ssse3),
    ];
    all.into_iter().flatten().collect()
}

fn by_rows(samples: &[u8], task: Task, instructions: Instructions) -> Vec<u8> {
    let mut rows = Picture {
        rows: samples.chunks_exact(usize_of(task.size.width) * task.channels),
    };
    let channels = match task.channels {
        1 => Channels::Grey,
        3 => Channels::Rgb,
        _ => Channels::Cmyk,
    };
    let parts = Parts::Pixels(channels, task.part(1));
    let Ok(result) = resize(&mut rows, &parts, task.to, instructions);
    result
}

fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

#[test]
fn rows_give_what_the_filter_defines() {
    let tasks = [
        (size(501, 377), (500.5, 376.25), size(192, 144)),
        (size(640, 48), (640.0, 48.0), size(333, 25)),
        (size(97, 1_031), (97.0, 1_031.0), size(9, 95)),
        (size(1_200, 40), (1_200.0, 40.0), size(30, 1)),
        (size(50, 50), (50.0, 50.0), size(50, 49)),
        (size(33, 3), (33.0, 3.0), size(11, 1)),
    ];
    for instructions in all_instructions() {
        for (size, covered, to) in tasks {
            for channels in [1, 3, 4] {
                let task = Task {
                    size,
                    covered,
                    channels,
                    to,
                };
                let samples = picture(size, channels);
                // Of ink light is what is missing.
                let is_ink = channels == 4;
                let turned: Vec<u8> = samples.iter().map(|&ink| if is_ink { !ink } else { ink }).collect();
                let mut ours = by_rows(&samples, task, instructions);
                if is_ink {
                    for ink in &mut ours {
                        *ink = !*ink;
                    }
                }
                let exact = task.exact(&turned);
                assert_eq!(ours.len(), exact.len());
                let pairs = ours.iter().zip(&exact);
                let distances: Vec<f64> = pairs.map(|(&ours, exact)| (f64::from(ours) - exact).abs()).collect();
                // A quarter of a level is what rounding costs on average, half at most. The curve and 14 bits of weights cost the rest,
                // most where a filter overshoots into the dark.
                let worst = distances.iter().copied().fold(0.0, f64::max);
                let mean = distances.iter().sum::<f64>() / f64::from(u32::try_from(distances.len()).unwrap());
                assert!(worst < 3.0 && mean < 0.5, "{task:?} {instructions:?}: {worst}, {mean}");
            }
        }
    }
}

#[test]
fn both_kinds_of_instructions_give_the_same_bytes() {
    let task = Task {
        size: size(901, 677),
        covered: (900.5, 676.5),
        channels: 3,
        to: size(333, 250),
    };
    let samples = picture(task.size, task.channels);
    let made: Vec<_> = all_instructions()
        .into_iter()
        .map(|instructions| by_rows(&samples, task, instructions))
        .collect();
    assert!(made.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_picture_of_one_colour_keeps_it() {
    for instructions in all_instructions() {
        for level in [0, 1, 127, 255] {
            let task = Task {
                size: size(400, 300),
                covered: (400.0, 300.0),
                channels: 3,
                to: size(77, 58),
            };
            let samples = vec![level; 400 * 300 * 3];
            let made = by_rows(&samples, task, instructions);
            assert!(made.iter().all(|&sample| sample == level), "{level}");
        }
    }
}
