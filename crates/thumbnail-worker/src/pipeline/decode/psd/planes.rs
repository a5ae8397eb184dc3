//! The channels of the flat picture, one after the other, unpacked.

use super::sections::Sections;
use crate::pipeline::error::PictureError;
use crate::pipeline::num::usize_of;

/// Bytes of each channel, row by row, as deep as the file has them.
#[derive(Debug)]
pub(super) struct Planes(Vec<Vec<u8>>);

impl Planes {
    /// Unpacks the first `count` channels. With `lenient`, what is missing stays 0.
    pub(super) fn unpack(sections: &Sections<'_>, count: usize, lenient: bool) -> Result<Self, PictureError> {
        let length = sections.row() * usize_of(sections.size.height);
        let mut planes = match sections.compression {
            0 => stored(sections.data, length, count),
            1 => run_lengths(sections, count)?,
            other => {
                return Err(PictureError::Unsupported(format!(
                    "a PSD whose flat picture is packed by method {other}"
                )));
            }
        };
        if !lenient && planes.iter().any(|plane| plane.len() < length) {
            return Err(PictureError::Truncated("PSD"));
        }
        for plane in &mut planes {
            plane.resize(length, 0);
        }
        Ok(Self(planes))
    }

    pub(super) fn get(&self, index: usize) -> &[u8] {
        self.0.get(index).map_or(&[], Vec::as_slice)
    }
}

fn stored(data: &[u8], length: usize, count: usize) -> Vec<Vec<u8>> {
    let mut rest = data;
    let planes = (0..count).map(|_| {
        let (plane, more) = rest.split_at(length.min(rest.len()));
        rest = more;
        plane.to_vec()
    });
    planes.collect()
}

/// The lengths of all rows of all channels come first.
fn run_lengths(sections: &Sections<'_>, count: usize) -> Result<Vec<Vec<u8>>, PictureError> {
    let (height, row) = (usize_of(sections.size.height), sections.row());
    let bytes = if sections.is_large { 4 } else { 2 };
    let table = sections
        .channels
        .checked_mul(height)
        .and_then(|rows| rows.checked_mul(bytes))
        .and_then(|length| sections.data.split_at_checked(length));
    let (lengths, mut rest) = table.ok_or(PictureError::Truncated("PSD"))?;
    let mut lengths = lengths
        .chunks_exact(bytes)
        .map(|length| length.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte)));
    let planes = (0..count).map(|_| {
        let mut plane = Vec::with_capacity(row * height);
        for length in lengths.by_ref().take(height) {
            let (packed, more) = rest.split_at(length.min(rest.len()));
            rest = more;
            if packed.len() < length {
                break;
            }
            let end = plane.len() + row;
            unpack_bits(packed, end, &mut plane);
            plane.resize(end, 0);
        }
        plane
    });
    Ok(planes.collect())
}

/// Apple's `PackBits`, up to `end` bytes in all.
fn unpack_bits(mut packed: &[u8], end: usize, into: &mut Vec<u8>) {
    while let Some((&head, rest)) = packed.split_first() {
        let room = end.saturating_sub(into.len());
        if room == 0 {
            return;
        }
        packed = match head {
            0..=127 => {
                let (literal, more) = rest.split_at((usize::from(head) + 1).min(rest.len()));
                into.extend(literal.iter().take(room));
                more
            }
            128 => rest,
            129..=255 => {
                let Some((&byte, more)) = rest.split_first() else {
                    return;
                };
                let count = 257 - usize::from(head);
                into.extend(std::iter::repeat_n(byte, count.min(room)));
                more
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_bits_never_go_beyond_their_row() {
        let unpacked = |packed: &[u8], end| {
            let mut into = Vec::new();
            unpack_bits(packed, end, &mut into);
            into
        };
        // The example of Apple's technical note 1023.
        let packed = [
            0xFE, 0xAA, 0x02, 0x80, 0x00, 0x2A, 0xFD, 0xAA, 0x03, 0x80, 0x00, 0x2A, 0x22, 0xF7, 0xAA,
        ];
        let plain = [
            0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0xAA, 0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0x22, 0xAA, 0xAA, 0xAA, 0xAA,
            0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA,
        ];
        assert_eq!(unpacked(&packed, 24), plain);
        assert_eq!(unpacked(&packed, 5), plain[..5]);
        assert_eq!(unpacked(&[0x81, 7], 3), [7; 3]);
        assert_eq!(unpacked(&[5, 1, 2], 10), [1, 2], "it ends early");
        assert_eq!(unpacked(&[0x81], 10), [0; 0]);
    }
}
