//! The resize of a picture that comes row by row: rows are used while they are in the processor's cache, and no more of them are kept
//! than a block of result needs.
//!
//! A block is sixteen rows of the result. For a tile of columns after the other its rows are computed from the window of rows that
//! count for them, and turned, so that the sixteen samples of a column lie side by side; then each pixel of the result is computed from
//! the columns that count for it, for all sixteen rows at once, and turned back. Planes of brightness and colour are resized
//! each from its own resolution, and become red, green and blue at the size of the result.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

use super::kernel::{Avx2, Kernel, LANES, LEFT, Lanes, Ssse3};
use super::output::Output;
use super::plane::Plane;
use super::source::{Parts, Room, Rows};
use crate::pipeline::memory;
use crate::pipeline::num::{u64_of, usize_of};
use crate::pipeline::raster::Size;

/// Which instructions this processor has for it.
#[derive(Debug, Clone, Copy)]
pub(in crate::pipeline) enum Instructions {
    Avx2(Avx2),
    Ssse3(Ssse3),
}

impl Instructions {
    /// The best there are; nothing on a processor that has neither.
    pub(in crate::pipeline) fn detect() -> Option<Self> {
        Avx2::detect()
            .map(Self::Avx2)
            .or_else(|| Ssse3::detect().map(Self::Ssse3))
    }
}

/// Reads all of `rows` and returns the samples of the result: as many channels as come, or red, green and blue of planes.
pub(in crate::pipeline) fn resize<R: Rows>(
    rows: &mut R,
    parts: &Parts,
    to: Size,
    instructions: Instructions,
) -> Result<Vec<u8>, R::Error> {
    let (channels, mut planes) = match parts {
        Parts::Pixels(channels, part) => (*channels, vec![Plane::new(part, to)]),
        Parts::Planes([brightness, blue, red]) => {
            let blue_plane = Plane::new(blue, to);
            let red_plane = if red == blue {
                blue_plane.clone()
            } else {
                Plane::new(red, to)
            };
            (3, vec![Plane::new(brightness, to), blue_plane, red_plane])
        }
    };
    let height = usize_of(to.height);
    make_room(&mut planes, height);
    let row = usize_of(to.width) * channels;
    let mut result = memory::zeros(row * height);
    for (number, block) in result.chunks_mut((row * LANES).max(1)).enumerate() {
        let lines = number * LANES..(number * LANES + LANES).min(height);
        let times = planes
            .iter_mut()
            .map(|plane| plane.turn_to(&lines))
            .max()
            .unwrap_or_default();
        if times > 0 {
            let mut rooms: Vec<Room<'_>> = planes.iter_mut().map(|plane| plane.room(times)).collect();
            rows.read(times, &mut rooms)?;
        }
        let mut output = Output::new(block, row, lines.len());
        match instructions {
            // SAFETY: there is a value of it only where the processor was asked.
            Instructions::Avx2(kernel) => unsafe { block_avx2(kernel, &mut planes, channels, &lines, &mut output) },
            // SAFETY: as above.
            Instructions::Ssse3(kernel) => unsafe { block_ssse3(kernel, &mut planes, channels, &lines, &mut output) },
        }
    }
    Ok(result)
}

/// Finds out how many rows each plane has to keep: all come at the pace of the one that is the furthest behind.
fn make_room(planes: &mut [Plane], height: usize) {
    for from in (0..height).step_by(LANES) {
        let lines = from..(from + LANES).min(height);
        let times = planes
            .iter_mut()
            .map(|plane| plane.turn_to(&lines))
            .max()
            .unwrap_or_default();
        for plane in &mut *planes {
            plane.expect(times);
        }
    }
    planes.iter_mut().for_each(Plane::begin);
}

/// About how many bytes [`resize`] needs besides its result, for pixels of so many channels.
pub(in crate::pipeline) fn working_memory(size: Size, channels: usize, to: Size) -> u64 {
    let ratio = u64::from(size.height.div_ceil(to.height.max(1)));
    // A block's own rows, three lobes on both sides, and up to a row of blocks of the decoder.
    let rows = ratio * 22 + 40;
    let row = u64::from(size.width) * u64_of(channels);
    rows * row + row * u64_of(size_of::<Lanes>())
}

#[target_feature(enable = "avx2")]
fn block_avx2(
    kernel: Avx2,
    planes: &mut [Plane],
    channels: usize,
    lines: &std::ops::Range<usize>,
    output: &mut Output<'_>,
) {
    block(kernel, planes, channels, lines, output);
}

#[target_feature(enable = "ssse3")]
fn block_ssse3(
    kernel: Ssse3,
    planes: &mut [Plane],
    channels: usize,
    lines: &std::ops::Range<usize>,
    output: &mut Output<'_>,
) {
    block(kernel, planes, channels, lines, output);
}

#[inline(always)]
fn block(
    kernel: impl Kernel,
    planes: &mut [Plane],
    channels: usize,
    lines: &std::ops::Range<usize>,
    output: &mut Output<'_>,
) {
    for plane in &mut *planes {
        plane.weigh_down(kernel, lines);
    }
    match (planes, channels) {
        ([brightness, blue, red], _) => weigh_planes(kernel, [brightness, blue, red], output),
        ([pixels], 1) => weigh_pixels::<1>(kernel, pixels, output),
        ([pixels], 4) => weigh_pixels::<4>(kernel, pixels, output),
        ([pixels], _) => weigh_pixels::<3>(kernel, pixels, output),
        _ => {}
    }
}

#[inline(always)]
fn weigh_pixels<const CHANNELS: usize>(kernel: impl Kernel, pixels: &Plane, output: &mut Output<'_>) {
    for pixel in 0..pixels.width() {
        for sum in pixels.weigh_across::<CHANNELS, _>(kernel, pixel) {
            output.push(kernel, kernel.store(sum));
        }
    }
}

#[inline(always)]
fn weigh_planes<K: Kernel>(kernel: K, planes: [&mut Plane; 3], output: &mut Output<'_>) {
    let [brightness, blue, red] = planes;
    for pixel in 0..brightness.width() {
        let [brightness] = brightness.weigh_across::<1, _>(kernel, pixel);
        let [blue] = blue.weigh_across::<1, _>(kernel, pixel);
        let [red] = red.weigh_across::<1, _>(kernel, pixel);
        for sum in into_rgb(kernel, brightness, blue, red) {
            output.push(kernel, kernel.store(sum));
        }
    }
}

/// By the matrix of JFIF (ITU-T T.871): R = Y + 1.402 Cr, G = Y - 0.344136 Cb - 0.714136 Cr, B = Y + 1.772 Cb.
#[inline(always)]
fn into_rgb<K: Kernel>(kernel: K, brightness: K::Vector, blue: K::Vector, red: K::Vector) -> [K::Vector; 3] {
    /// A share of one, which is 2^15.
    const fn share(millionths: i32) -> i16 {
        #[expect(
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            reason = "below 2^15 for a share below one"
        )]
        {
            ((millionths as i64 * 32_768 + 500_000) / 1_000_000) as i16
        }
    }
    let grey = kernel.splat(128 << LEFT);
    let (blue, red) = (kernel.sub(blue, grey), kernel.sub(red, grey));
    [
        kernel.add(kernel.add(brightness, red), kernel.part(red, share(402_000))),
        kernel.sub(
            kernel.sub(brightness, kernel.part(blue, share(344_136))),
            kernel.part(red, share(714_136)),
        ),
        kernel.sub(
            kernel.add(brightness, kernel.add(blue, blue)),
            kernel.part(blue, share(228_000)),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::super::source::Part;
    use super::*;

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

    /// A picture whose planes come so many rows at a time.
    struct Planes {
        parts: [Part; 3],
        samples: [Vec<u8>; 3],
        at: usize,
    }

    impl Rows for Planes {
        type Error = Infallible;

        fn read(&mut self, times: usize, rooms: &mut [Room<'_>]) -> Result<(), Infallible> {
            for ((room, part), samples) in rooms.iter_mut().zip(&self.parts).zip(&self.samples) {
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
        let parts = Parts::Pixels(task.channels, task.part(1));
        let Ok(result) = resize(&mut rows, &parts, task.to, instructions);
        result
    }

    /// By the definition of the filter, without rounding; `step` from a sample to the next of its line.
    fn shortened(samples: &[f64], covered: f64, to: u32, step: usize) -> Vec<f64> {
        let ratio = covered / f64::from(to);
        let width = ratio.max(1.0);
        let share = |at: f64| {
            let angle = at / width * std::f64::consts::PI;
            match at.abs() < 3.0 * width {
                true if at == 0.0 => 1.0,
                true => 3.0 * angle.sin() * (angle / 3.0).sin() / angle.powi(2),
                false => 0.0,
            }
        };
        let mut result = Vec::new();
        for pixel in 0..to {
            let centre = (f64::from(pixel) + 0.5) * ratio;
            for offset in 0..step {
                let line = samples.iter().skip(offset).step_by(step);
                let shares = line
                    .zip(0_u32..)
                    .map(|(sample, at)| (share(f64::from(at) + 0.5 - centre), sample));
                let (sum, all) = shares.fold((0.0, 0.0), |(sum, all), (share, sample)| {
                    (sum + share * sample, all + share)
                });
                result.push(sum / all);
            }
        }
        result
    }

    fn exact(samples: &[u8], task: Task) -> Vec<f64> {
        let row = usize_of(task.size.width) * task.channels;
        let samples: Vec<f64> = samples.iter().map(|&sample| f64::from(sample)).collect();
        let down = shortened(&samples, task.covered.1, task.to.height, row);
        let rows = down
            .chunks(row)
            .flat_map(|row| shortened(row, task.covered.0, task.to.width, task.channels));
        rows.collect()
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
                    let (ours, exact) = (by_rows(&samples, task, instructions), exact(&samples, task));
                    assert_eq!(ours.len(), exact.len());
                    let pairs = ours.iter().zip(&exact);
                    let worst = pairs.map(|(&ours, exact)| (f64::from(ours) - exact.clamp(0.0, 255.0)).abs());
                    // Half a step is the rounding of the result; the rest is what 14 bits of weights cost, the more the wider the filter.
                    assert!(worst.fold(0.0, f64::max) < 1.0, "{task:?} {instructions:?}");
                }
            }
        }
    }

    #[test]
    fn planes_of_different_sizes_become_one_picture() {
        let to = size(91, 67);
        let luma = Task {
            size: size(301, 223),
            covered: (301.0, 223.0),
            channels: 1,
            to,
        };
        let chroma = Task {
            size: size(151, 112),
            covered: (150.5, 111.5),
            channels: 1,
            to,
        };
        let samples = [
            picture(luma.size, 1),
            picture(chroma.size, 1),
            picture(chroma.size, 1).into_iter().rev().collect(),
        ];
        let [brightness, blue, red] = [(&samples[0], luma), (&samples[1], chroma), (&samples[2], chroma)]
            .map(|(samples, task)| exact(samples, task));
        for instructions in all_instructions() {
            let parts = [luma.part(16), chroma.part(8), chroma.part(8)];
            let mut rows = Planes {
                parts,
                samples: samples.clone(),
                at: 0,
            };
            let Ok(made) = resize(&mut rows, &Parts::Planes(parts), to, instructions);
            for (at, pixel) in made.as_chunks::<3>().0.iter().enumerate() {
                let (blue, red) = (blue[at] - 128.0, red[at] - 128.0);
                let exact = [1.402 * red, -0.344_136 * blue - 0.714_136 * red, 1.772 * blue];
                for (&ours, difference) in pixel.iter().zip(exact) {
                    let exact = (brightness[at] + difference).clamp(0.0, 255.0);
                    assert!((f64::from(ours) - exact).abs() < 1.0, "{at}: {ours} and {exact}");
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
}
