//! The resize of a picture that comes row by row: rows are used while they are in the processor's cache, and no more of them are kept
//! than a block of result needs.
//!
//! A block is sixteen rows of the result. For a tile of columns after the other its rows are computed from the window of rows that
//! count for them, and turned, so that the sixteen samples of a column lie side by side; then each pixel of the result is computed from
//! the columns that count for it, for all sixteen rows at once, and turned back.

use super::kernel::{Avx2, Kernel, LANES, Lanes, Ssse3, transpose};
use super::weights::Weights;
use crate::pipeline::memory;
use crate::pipeline::num::usize_of;
use crate::pipeline::raster::Size;

/// Bytes of a tile: long enough to read whole lines of the cache, short enough for its widened window to stay in the first one.
const TILE: usize = 128;
/// Pieces of a tile.
const PIECES: usize = TILE / LANES;

/// What is resized, and to what.
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

/// Resizes one picture.
struct Resize {
    task: Task,
    across: Weights,
    down: Weights,
    /// Rows that came, and the number of the first.
    window: Vec<u8>,
    first: usize,
    stride: usize,
    /// A tile of the window, widened: one piece after the other, each with all its rows.
    wide: Vec<Lanes>,
    /// The columns of a block.
    turned: Vec<Lanes>,
}

/// Reads all of `rows` and returns the samples of the result.
pub(in crate::pipeline) fn resize<R: Rows>(
    rows: &mut R,
    task: Task,
    instructions: Instructions,
) -> Result<Vec<u8>, R::Error> {
    let mut resize = Resize::new(task);
    let row = usize_of(task.to.width) * task.channels;
    let mut result = memory::zeros(row * usize_of(task.to.height));
    let mut have = 0;
    for (number, block) in result.chunks_mut((row * LANES).max(1)).enumerate() {
        let from = number * LANES;
        let lines = from..(from + LANES).min(resize.down.len());
        let (first, end) = resize.down.span(lines.clone());
        resize.forget(first, have);
        if end > have {
            let room = (have - first) * resize.stride..(end - first) * resize.stride;
            let stride = resize.stride;
            rows.read(resize.window.get_mut(room).unwrap_or_default(), stride)?;
            have = end;
        }
        resize.block(lines, block, instructions);
    }
    Ok(result)
}

/// Bytes that [`resize`] needs besides its result.
pub(in crate::pipeline) fn working_memory(task: &Task) -> u64 {
    let ratio = task.covered.1 / f64::from(task.to.height.max(1));
    // The window of a block: its own rows and three lobes on both sides.
    let rows = (ratio.max(1.0) * 6.0 + ratio * 16.0).ceil() + 2.0;
    let stride = f64::from(task.size.width) * num_of(task.channels);
    bytes(rows * stride + rows * num_of(TILE) * 2.0 + stride * num_of(size_of::<Lanes>()))
}

fn num_of(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive estimate; a conversion of floats stays within the type"
)]
fn bytes(estimate: f64) -> u64 {
    estimate as u64
}

impl Resize {
    fn new(task: Task) -> Self {
        let across = Weights::new(task.size.width, task.covered.0, task.to.width);
        let down = Weights::new(task.size.height, task.covered.1, task.to.height);
        let stride = (usize_of(task.size.width) * task.channels).next_multiple_of(TILE);
        let blocks = (0..down.len()).step_by(LANES);
        let most = blocks.map(|from| {
            let (first, end) = down.span(from..(from + LANES).min(down.len()));
            end - first
        });
        let most = most.max().unwrap_or_default();
        Self {
            task,
            across,
            down,
            window: vec![0; most * stride],
            first: 0,
            stride,
            wide: vec![[0; LANES]; most * PIECES],
            turned: vec![[0; LANES]; stride],
        }
    }

    /// Drops the rows before `first`; those before `have` have come.
    fn forget(&mut self, first: usize, have: usize) {
        let kept = (first - self.first) * self.stride..(have - self.first) * self.stride;
        self.window.copy_within(kept, 0);
        self.first = first;
    }

    fn block(&mut self, lines: std::ops::Range<usize>, result: &mut [u8], instructions: Instructions) {
        match instructions {
            // SAFETY: there is a value of it only where the processor was asked.
            Instructions::Avx2(kernel) => unsafe { self.block_avx2(kernel, lines, result) },
            // SAFETY: as above.
            Instructions::Ssse3(kernel) => unsafe { self.block_ssse3(kernel, lines, result) },
        }
    }

    #[target_feature(enable = "avx2")]
    fn block_avx2(&mut self, kernel: Avx2, lines: std::ops::Range<usize>, result: &mut [u8]) {
        self.block_with(kernel, lines, result);
    }

    #[target_feature(enable = "ssse3")]
    fn block_ssse3(&mut self, kernel: Ssse3, lines: std::ops::Range<usize>, result: &mut [u8]) {
        self.block_with(kernel, lines, result);
    }

    #[inline(always)]
    fn block_with(&mut self, kernel: impl Kernel, lines: std::ops::Range<usize>, result: &mut [u8]) {
        let (first, end) = self.down.span(lines.clone());
        for tile in 0..self.stride / TILE {
            self.widen(kernel, tile, first, end - first);
            self.weigh_down(kernel, tile, &lines, first, end - first);
        }
        match self.task.channels {
            1 => self.weigh_across::<1>(kernel, lines.len(), result),
            4 => self.weigh_across::<4>(kernel, lines.len(), result),
            _ => self.weigh_across::<3>(kernel, lines.len(), result),
        }
    }

    /// The window's rows of one tile.
    #[inline(always)]
    fn widen(&mut self, kernel: impl Kernel, tile: usize, first: usize, rows: usize) {
        let lines = self
            .window
            .chunks_exact(self.stride)
            .skip(first - self.first)
            .take(rows);
        for (row, line) in lines.enumerate() {
            let Some(bytes) = line.as_chunks::<TILE>().0.get(tile) else {
                continue;
            };
            for (piece, bytes) in bytes.as_chunks::<LANES>().0.iter().enumerate() {
                if let Some(wide) = self.wide.get_mut(piece * rows + row) {
                    *wide = kernel.widen(*bytes);
                }
            }
        }
    }

    /// The block's rows of one tile, turned. Two pieces at a time share the loading of a weight.
    #[inline(always)]
    fn weigh_down(
        &mut self,
        kernel: impl Kernel,
        tile: usize,
        lines: &std::ops::Range<usize>,
        first: usize,
        rows: usize,
    ) {
        let pairs = self.wide.chunks_exact(2 * rows).take(PIECES / 2);
        let columns = self.turned.as_chunks_mut::<LANES>().0;
        for (pair, wide) in pairs.enumerate() {
            let (left, right) = wide.split_at(rows);
            let mut sums = [[[0; LANES]; LANES]; 2];
            let [left_sums, right_sums] = &mut sums;
            for ((line, left_sum), right_sum) in lines.clone().zip(left_sums).zip(right_sums) {
                let (from, weights) = self.down.of(line);
                let window = from - first..from - first + weights.len();
                let (left, right) = (
                    left.get(window.clone()).unwrap_or_default(),
                    right.get(window).unwrap_or_default(),
                );
                let mut sum = (kernel.zero(), kernel.zero());
                for ((left, right), &weight) in left.iter().zip(right).zip(weights) {
                    let weight = kernel.splat(weight);
                    sum.0 = kernel.add_weighted(sum.0, left, weight);
                    sum.1 = kernel.add_weighted(sum.1, right, weight);
                }
                (*left_sum, *right_sum) = (kernel.store(sum.0), kernel.store(sum.1));
            }
            let at = tile * PIECES + pair * 2;
            for (sums, columns) in sums.iter().zip(columns.iter_mut().skip(at)) {
                transpose(sums, columns);
            }
        }
    }

    /// The pixels of the block, turned back.
    #[inline(always)]
    fn weigh_across<const CHANNELS: usize>(&self, kernel: impl Kernel, lines: usize, result: &mut [u8]) {
        let row = self.across.len() * CHANNELS;
        let pixels = self.turned.as_chunks::<CHANNELS>().0;
        let mut group = [[0; LANES]; LANES];
        let (mut filled, mut at) = (0, 0);
        for pixel in 0..self.across.len() {
            let (first, weights) = self.across.of(pixel);
            let mut sums = [kernel.zero(); CHANNELS];
            for (pixel, &weight) in pixels.get(first..).unwrap_or_default().iter().zip(weights) {
                let weight = kernel.splat(weight);
                for (sum, samples) in sums.iter_mut().zip(pixel) {
                    *sum = kernel.add_weighted(*sum, samples, weight);
                }
            }
            for sum in sums {
                if let Some(place) = group.get_mut(filled) {
                    *place = kernel.store(sum);
                }
                filled += 1;
                if filled == LANES || at + filled == row {
                    put(
                        kernel,
                        &group,
                        filled,
                        &mut result.chunks_exact_mut(row).take(lines),
                        at,
                    );
                    (filled, at) = (0, at + filled);
                }
            }
        }
    }
}

/// Writes up to sixteen bytes of each row.
#[inline(always)]
fn put<'a>(
    kernel: impl Kernel,
    group: &[Lanes; LANES],
    filled: usize,
    rows: &mut impl Iterator<Item = &'a mut [u8]>,
    at: usize,
) {
    let mut turned = [[0; LANES]; LANES];
    transpose(group, &mut turned);
    for (samples, row) in turned.iter().zip(rows) {
        let bytes = kernel.narrow(samples);
        let Some(place) = row.get_mut(at..at + filled) else {
            continue;
        };
        // Whole groups as one store, which a length that is known only here would not become.
        match (<&mut [u8; LANES]>::try_from(&mut *place), bytes.get(..filled)) {
            (Ok(place), _) => *place = bytes,
            (Err(_), Some(bytes)) => place.copy_from_slice(bytes),
            (Err(_), None) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// A picture that is there already.
    struct Picture<'a> {
        rows: std::slice::ChunksExact<'a, u8>,
    }

    impl Rows for Picture<'_> {
        type Error = Infallible;

        fn read(&mut self, rows: &mut [u8], stride: usize) -> Result<(), Infallible> {
            for (row, from) in rows.chunks_mut(stride).zip(&mut self.rows) {
                row[..from.len()].copy_from_slice(from);
            }
            Ok(())
        }
    }

    /// Edges, slopes and noise.
    fn picture(size: Size, channels: usize) -> Vec<u8> {
        let mut noise = 7_u32;
        let sample = |x: u32, y: u32, channel: u32| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let edge = if (x / 13 + y / 17 + channel) % 2 == 0 { 200 } else { 10 };
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
        let Ok(result) = resize(&mut rows, task, instructions);
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
