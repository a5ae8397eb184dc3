//! The resize of a picture that comes row by row: rows are used while they are in the processor's cache, and no more of them are kept
//! than a block of result needs.
//!
//! A block is sixteen rows of the result. For a tile of columns after the other its rows are computed from the light of the window of
//! rows that count for them, and turned, so that the sixteen samples of a column lie side by side; then each pixel of the result is
//! computed from the columns that count for it, for all sixteen rows at once, turned back and made levels again. Brightness and
//! colours of a JPEG are resized each from its own resolution.

use std::ops::Range;

use super::canvas::Canvas;
use super::kernel::{Avx2, LANES, Lanes, Ssse3};
use super::output::Output;
use super::source::{Parts, Rows};
use crate::pipeline::memory;
use crate::pipeline::num::{u64_of, usize_of};
use crate::pipeline::raster::{Channels, Size};

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

    fn take_in(self, canvas: &mut Canvas, times: usize) {
        match self {
            // SAFETY: there is a value of it only where the processor was asked.
            Self::Avx2(kernel) => unsafe { take_in_avx2(kernel, canvas, times) },
            // SAFETY: as above.
            Self::Ssse3(kernel) => unsafe { take_in_ssse3(kernel, canvas, times) },
        }
    }

    fn weigh(self, canvas: &mut Canvas, lines: &Range<usize>, output: &mut Output<'_>) {
        match self {
            // SAFETY: there is a value of it only where the processor was asked.
            Self::Avx2(kernel) => unsafe { weigh_avx2(kernel, canvas, lines, output) },
            // SAFETY: as above.
            Self::Ssse3(kernel) => unsafe { weigh_ssse3(kernel, canvas, lines, output) },
        }
    }
}

/// Reads all of `rows` and returns the levels of the result: as many channels as come, or red, green and blue of planes.
pub(in crate::pipeline) fn resize<R: Rows>(
    rows: &mut R,
    parts: &Parts,
    to: Size,
    instructions: Instructions,
) -> Result<Vec<u8>, R::Error> {
    let mut canvas = Canvas::new(parts, to);
    let height = usize_of(to.height);
    canvas.make_room(height);
    let row = usize_of(to.width) * canvas.channels();
    let mut result = memory::zeros(row * height);
    for (number, block) in result.chunks_mut((row * LANES).max(1)).enumerate() {
        let lines = number * LANES..(number * LANES + LANES).min(height);
        let mut times = canvas.turn_to(&lines);
        while times > 0 {
            let now = times.min(canvas.at_once());
            canvas.read(rows, now)?;
            instructions.take_in(&mut canvas, now);
            times -= now;
        }
        let mut output = Output::new(block, row, lines.len());
        instructions.weigh(&mut canvas, &lines, &mut output);
    }
    if matches!(parts, Parts::Pixels(Channels::Cmyk, _)) {
        for light in &mut result {
            *light = !*light;
        }
    }
    Ok(result)
}

/// About how many bytes [`resize`] needs besides its result, for pixels of so many channels.
pub(in crate::pipeline) fn working_memory(size: Size, channels: usize, to: Size) -> u64 {
    let ratio = u64::from(size.height.div_ceil(to.height.max(1)));
    // A block's own rows, three lobes on both sides, and up to a row of blocks of the decoder.
    let rows = ratio * 22 + 40;
    let row = u64::from(size.width) * u64_of(channels);
    // Light of colours has two bytes. The columns of a block are there twice: one by one, and in pairs.
    2 * row * (rows + u64_of(size_of::<Lanes>()))
}

#[target_feature(enable = "avx2")]
fn take_in_avx2(kernel: Avx2, canvas: &mut Canvas, times: usize) {
    canvas.take_in(kernel, times);
}

#[target_feature(enable = "ssse3")]
fn take_in_ssse3(kernel: Ssse3, canvas: &mut Canvas, times: usize) {
    canvas.take_in(kernel, times);
}

#[target_feature(enable = "avx2")]
fn weigh_avx2(kernel: Avx2, canvas: &mut Canvas, lines: &Range<usize>, output: &mut Output<'_>) {
    canvas.weigh(kernel, lines, output);
}

#[target_feature(enable = "ssse3")]
fn weigh_ssse3(kernel: Ssse3, canvas: &mut Canvas, lines: &Range<usize>, output: &mut Output<'_>) {
    canvas.weigh(kernel, lines, output);
}

#[cfg(test)]
mod tests;
