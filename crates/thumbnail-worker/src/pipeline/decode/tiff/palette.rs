//! Pages whose samples are indices into a table of colours.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use tiff::TiffResult;
use tiff::tags::Tag;

use super::Reader;
use crate::pipeline::error::PictureError;
use crate::pipeline::num;
use crate::pipeline::raster::Samples;

/// The colours of a page.
pub(super) struct Palette {
    colours: Vec<[u8; 3]>,
}

impl Palette {
    /// The table has all reds, then all greens, then all blues, in 16 bits; some old programs wrote 8.
    pub(super) fn read(reader: &mut Reader<'_>) -> TiffResult<Self> {
        let table = reader.get_tag_u16_vec(Tag::ColorMap)?;
        let eight_bit = table.iter().all(|&value| value < 256);
        let byte = |value: u16| {
            if eight_bit {
                u8::try_from(value).unwrap_or(u8::MAX)
            } else {
                num::to_8_bit(value)
            }
        };
        let (red, rest) = table.split_at(table.len() / 3);
        let (green, blue) = rest.split_at(rest.len() / 2);
        let colours = red.iter().zip(green).zip(blue);
        Ok(Self {
            colours: colours
                .map(|((&red, &green), &blue)| [red, green, blue].map(byte))
                .collect(),
        })
    }

    /// The colours of these indices; one beyond the table is black.
    pub(super) fn paint(&self, indices: &Samples) -> Result<Samples, PictureError> {
        let Samples::U8(indices) = indices else {
            return Err(PictureError::internal("decoding TIFF", "indices have 8 bits"));
        };
        let colour = |index: &u8| self.colours.get(usize::from(*index)).copied().unwrap_or_default();
        Ok(Samples::U8(indices.iter().flat_map(colour).collect()))
    }
}

/// The bytes of a file, of which two may be shown differently.
#[derive(Debug)]
pub(super) struct Overlaid<'a> {
    bytes: Cursor<&'a [u8]>,
    changed: Option<(u64, [u8; 2])>,
}

impl<'a> Overlaid<'a> {
    pub(super) fn plain(bytes: &'a [u8]) -> Self {
        Self {
            bytes: Cursor::new(bytes),
            changed: None,
        }
    }

    /// A palette page that says that it is grey.
    pub(super) fn as_grey(bytes: &'a [u8]) -> Self {
        let grey = if bytes.starts_with(b"II") { [1, 0] } else { [0, 1] };
        Self {
            bytes: Cursor::new(bytes),
            changed: photometric_at(bytes).map(|at| (at, grey)),
        }
    }
}

/// Where the value of the photometric interpretation of the first page is.
fn photometric_at(bytes: &[u8]) -> Option<u64> {
    const PHOTOMETRIC: u64 = 262;
    let little = bytes.starts_with(b"II");
    let number = |at: usize, length: usize| {
        let field = bytes.get(at..at.checked_add(length)?)?;
        let shift = |sum: u64, byte: &u8| (sum << 8) | u64::from(*byte);
        Some(if little {
            field.iter().rev().fold(0, shift)
        } else {
            field.iter().fold(0, shift)
        })
    };
    let big = number(2, 2)? == 43;
    // Lengths of an offset, of the count of entries and of an entry, and where in an entry its value is.
    let (offset, count, entry, value) = if big { (8, 8, 20, 12) } else { (4, 2, 12, 8) };
    let page = usize::try_from(number(if big { 8 } else { 4 }, offset)?).ok()?;
    let entries = usize::try_from(number(page, count)?).ok()?.min(bytes.len() / entry);
    (0..entries)
        .map(|index| page + count + index * entry)
        .find(|&at| number(at, 2) == Some(PHOTOMETRIC))
        .map(|at| num::u64_of(at + value))
}

impl Read for Overlaid<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let start = self.bytes.position();
        let length = self.bytes.read(into)?;
        if let Some((at, bytes)) = self.changed {
            for (place, byte) in (at..).zip(bytes) {
                let index = place.checked_sub(start).and_then(|index| usize::try_from(index).ok());
                if let Some(shown) = index.and_then(|index| into.get_mut(..length)?.get_mut(index)) {
                    *shown = byte;
                }
            }
        }
        Ok(length)
    }
}

impl Seek for Overlaid<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}
