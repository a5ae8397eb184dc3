//! Strips and tiles put together.

use safelight_tiff::{Facts, Page};

use super::kind::Kind;
use super::numbers::{Numbers, Sample, in_a_row};
use super::{covers, length, product, refused, room, row_bytes};
use crate::pipeline::error::PictureError;
use crate::pipeline::num::{u64_of, usize_of};
use crate::pipeline::raster::Size;

/// Rows that are made into colours at a time, at least.
const BAND: u32 = 64;

/// Bytes that are held besides the picture.
pub(super) fn working_memory(facts: &Facts, kind: &Kind) -> u64 {
    let row = product(&[u64::from(facts.piece_width), u64::from(facts.samples)]);
    // libtiff may hold a piece of its own.
    let piece = facts
        .piece_bytes
        .saturating_mul(2)
        .saturating_add(row.saturating_mul(4));
    if kind.comes_as_colours {
        let pixels = product(&[u64::from(facts.width), u64::from(band(facts))]);
        piece.saturating_add(pixels.saturating_mul(8))
    } else {
        piece
    }
}

/// Whole pieces.
fn band(facts: &Facts) -> u32 {
    let height = facts.piece_height.max(1);
    BAND.next_multiple_of(height).min(facts.height.max(1))
}

/// All rows as red, green and blue.
pub(super) fn colours(page: &mut Page<'_>, size: Size, lenient: bool) -> Result<Vec<u8>, PictureError> {
    let mut colours = vec![0; room(size, 3)];
    let band = band(page.facts());
    let mut row = 0;
    for rows in colours.chunks_mut(room(Size { height: band, ..size }, 3).max(1)) {
        match page.colours(row, rows) {
            Ok(()) => {}
            // What was not reached stays black.
            Err(_) if lenient => {}
            Err(error) => return Err(refused(&error)),
        }
        row = row.saturating_add(band);
    }
    Ok(colours)
}

/// The pieces of a page, whose samples are read one way.
pub(super) struct Pieces<'a, 'b> {
    page: &'a mut Page<'b>,
    facts: Facts,
    numbers: Numbers,
    /// Samples of a pixel that are taken; the others are left out.
    taken: usize,
    lenient: bool,
    /// One piece, as it is stored.
    bytes: Vec<u8>,
}

/// Where a piece is.
#[derive(Debug, Clone, Copy)]
struct Place {
    left: u32,
    top: u32,
    plane: u16,
}

impl<'a, 'b> Pieces<'a, 'b> {
    pub(super) fn new(
        page: &'a mut Page<'b>,
        numbers: Numbers,
        taken: usize,
        lenient: bool,
    ) -> Result<Self, PictureError> {
        let facts = *page.facts();
        let bytes = vec![0; length(facts.piece_bytes)?];
        Ok(Self {
            page,
            facts,
            numbers,
            taken,
            lenient,
            bytes,
        })
    }

    /// The samples of all pixels.
    pub(super) fn all<T: Sample>(&mut self, size: Size) -> Result<Vec<T>, PictureError> {
        let mut samples = vec![T::default(); room(size, self.taken)];
        let step = |length: u32| usize_of(length.max(1));
        let planes = if self.facts.planes > 1 { self.facts.planes } else { 1 };
        let mut number = 0;
        for plane in 0..planes {
            for top in (0..size.height).step_by(step(self.facts.piece_height)) {
                for left in (0..size.width).step_by(step(self.facts.piece_width)) {
                    if usize::from(plane) < self.taken {
                        self.one(number, Place { left, top, plane }, size, &mut samples)?;
                    }
                    number += 1;
                }
            }
        }
        Ok(samples)
    }

    /// Reads one piece into its place.
    fn one<T: Sample>(&mut self, number: u32, place: Place, size: Size, samples: &mut [T]) -> Result<(), PictureError> {
        let came = match self.page.piece(number, &mut self.bytes) {
            Ok(came) => came,
            // What was not reached stays black.
            Err(_) if self.lenient => return Ok(()),
            Err(error) => return Err(refused(&error)),
        };
        let stored = if self.facts.planes > 1 {
            1
        } else {
            usize::from(self.facts.samples)
        };
        let in_row = in_a_row(self.facts.piece_width, stored);
        let row = row_bytes(u64_of(in_row), self.facts.bits);
        let rows = self.facts.piece_height.min(size.height - place.top);
        if !self.lenient && !covers(came, product(&[row, u64::from(rows)])) {
            return Err(PictureError::Truncated("TIFF"));
        }
        let came = self.bytes.get(..came).unwrap_or_default();
        let mut read = Vec::with_capacity(in_row);
        let target_row = in_a_row(size.width, self.taken);
        let targets = samples.chunks_exact_mut(target_row.max(1)).skip(usize_of(place.top));
        for (from, target) in came.chunks_exact(length(row)?.max(1)).take(usize_of(rows)).zip(targets) {
            read.clear();
            T::read(self.numbers, from, in_row, &mut read);
            let target = target.get_mut(in_a_row(place.left, self.taken)..).unwrap_or_default();
            let pixels = target.chunks_exact_mut(self.taken.max(1));
            if self.facts.planes > 1 {
                for (pixel, sample) in pixels.zip(&read) {
                    if let Some(into) = pixel.get_mut(usize::from(place.plane)) {
                        *into = *sample;
                    }
                }
            } else {
                for (pixel, from) in pixels.zip(read.chunks_exact(stored.max(1))) {
                    for (into, sample) in pixel.iter_mut().zip(from) {
                        *into = *sample;
                    }
                }
            }
        }
        Ok(())
    }
}
