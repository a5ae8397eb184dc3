//! Writing.

use std::ffi::{CStr, c_char};
use std::{ptr, slice};

use crate::ffi;
use crate::huffman::{Table, Tables};

/// How much of a picture is looked at before its Huffman tables are made.
#[derive(Debug, Clone, Copy)]
struct Sample {
    /// One of so many bands of rows.
    every: u32,
    /// One of so many parts of a band, the next one in the next band.
    parts: u32,
}

impl Sample {
    const ALL: Self = Self { every: 1, parts: 1 };
    /// A sixteenth. Photos become some thousandths larger by it than by tables of everything, which need all coefficients in memory and
    /// twice the time.
    const SOME: Self = Self { every: 4, parts: 4 };
}

/// A picture with fewer blocks in a row or column is looked at as a whole.
const FEW_BLOCKS: u32 = 32;
/// Rows of a block of coefficients.
const BLOCK: u32 = 8;

/// A picture to be written: red, green and blue, row by row without gaps.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// Three bytes for each pixel.
    pub samples: &'a [u8],
    /// Pixels of a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output {
    /// From 1 to 100.
    pub quality: u8,
    /// Keep colours at half the width and height (4:2:0).
    pub halves_colours: bool,
    /// In passes from coarse to fine.
    pub progressive: bool,
}

/// A picture that JPEG cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The samples are not as many as the size says.
    #[error("the picture has another length than its size says")]
    Length,
    /// libjpeg refused.
    #[error("{0}")]
    Refused(String),
}

/// The picture as a file without JFIF header.
///
/// # Errors
/// It has no pixels, or more in a row or column than JPEG can hold (65,500), or other samples than its size says.
pub fn write(picture: Picture<'_>, output: Output) -> Result<Vec<u8>, WriteError> {
    let mut tables = Tables::default();
    if output.progressive {
        // Its tables are always made for the picture.
        return run(picture, output, ffi::PROGRESSIVE, Sample::ALL, &mut tables);
    }
    if picture.height.min(picture.width) < band(output) * FEW_BLOCKS {
        return run(picture, output, ffi::OPTIMAL, Sample::ALL, &mut tables);
    }
    run(picture, output, ffi::OPTIMAL, Sample::SOME, &mut tables)?;
    let mut tables = tables.with_codes_for_all();
    run(picture, output, ffi::GIVEN, Sample::ALL, &mut tables)
}

/// Rows that are encoded together.
const fn band(output: Output) -> u32 {
    if output.halves_colours { 2 * BLOCK } else { BLOCK }
}

fn run(
    picture: Picture<'_>,
    output: Output,
    huffman: i32,
    sample: Sample,
    tables: &mut Tables,
) -> Result<Vec<u8>, WriteError> {
    let bytes_of = |count: u32| usize::try_from(count).map_err(|_| WriteError::Length);
    let stride = bytes_of(picture.width)?.saturating_mul(3);
    if stride.saturating_mul(bytes_of(picture.height)?) != picture.samples.len() {
        return Err(WriteError::Length);
    }
    let order = ffi::Order {
        samples: picture.samples.as_ptr(),
        stride,
        width: picture.width,
        height: picture.height,
        quality: i32::from(output.quality.clamp(1, 100)),
        halves_colours: i32::from(output.halves_colours),
        huffman,
        band: band(output),
        every: sample.every,
        parts: sample.parts,
    };
    let (mut bytes, mut length) = (ptr::null_mut(), 0);
    let mut complaint: [c_char; 256] = [0; 256];
    let tables: &mut [Table; 4] = tables.as_mut();
    // SAFETY: there are as many samples as the order says, checked above, and they are only read; there are four tables; the complaint
    // has an end; and the bytes are copied before they are freed, once.
    unsafe {
        let written = ffi::safelight_jpeg_write(
            &raw const order,
            tables.as_mut_ptr(),
            &raw mut bytes,
            &raw mut length,
            complaint.as_mut_ptr(),
            complaint.len(),
        );
        if written == 0 {
            let text = CStr::from_ptr(complaint.as_ptr()).to_string_lossy();
            return Err(WriteError::Refused(text.into_owned()));
        }
        let file = usize::try_from(length).map(|length| slice::from_raw_parts(bytes, length).to_vec());
        ffi::safelight_jpeg_free(bytes);
        file.map_err(|_| WriteError::Length)
    }
}
