//! BMP of OS/2, as Windows would write it.
//!
//! Version 1 has the short head that Windows reads as well. That of version 2 has 16 to 64 bytes, of which the first 40 are those of
//! Windows; left-out ones are zero. Its compressions 3 and 4 are others than those of Windows. An array of pictures has a head of
//! its own before the first of them.

use std::borrow::Cow;

use crate::pipeline::error::PictureError;
use crate::pipeline::num::usize_of;

/// Bytes of the head of a file, and of that of an array.
const FILE_HEAD: usize = 14;
/// Bytes of the head of Windows.
const WINDOWS_HEAD: usize = 40;
/// Bytes of the longest table of colours.
const LONGEST_TABLE: usize = 4 * 256;

/// Lengths of the head of OS/2 version 2; those of Windows in between (40, 52, 56) have another meaning.
const fn is_version_2(length: usize) -> bool {
    matches!(length, 16..=64) && !matches!(length, WINDOWS_HEAD | 52 | 56)
}

/// Whether these bytes begin like an array of pictures.
pub(in crate::pipeline) fn is_array(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BA") && bytes.get(FILE_HEAD..FILE_HEAD + 2) == Some(b"BM")
}

/// What is done with the samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Only the head matters.
    Head,
    /// Run lengths of whole pixels are unpacked.
    Samples,
}

/// The file as Windows would write it, where that is another one.
pub(super) fn as_windows(bytes: &[u8], need: Need) -> Result<Cow<'_, [u8]>, PictureError> {
    let base = if is_array(bytes) { FILE_HEAD } else { 0 };
    let truncated = || PictureError::Truncated("BMP");
    let field = |at: usize| {
        let field = bytes.get(base + at..).and_then(|rest| rest.first_chunk::<4>());
        field
            .map(|field| usize_of(u32::from_le_bytes(*field)))
            .ok_or_else(truncated)
    };
    let length = field(FILE_HEAD)?;
    if base == 0 && !is_version_2(length) {
        return Ok(Cow::Borrowed(bytes));
    }
    let start = field(10)?;
    let table_at = base + FILE_HEAD + length;
    let samples = bytes.get(start..).ok_or_else(truncated)?;
    let table = bytes
        .get(table_at..start.min(table_at + LONGEST_TABLE))
        .unwrap_or_default();
    let head = bytes.get(base + FILE_HEAD..table_at).ok_or_else(truncated)?;
    let mut head = head.to_vec();
    let mut unpacked = None;
    if is_version_2(length) {
        head.resize(WINDOWS_HEAD, 0);
        put(&mut head, 0, WINDOWS_HEAD);
        match compression(&head) {
            0..=2 => {}
            3 => {
                return Err(PictureError::Unsupported(
                    "a BMP of this kind (OS/2 with fax compression)".into(),
                ));
            }
            RUNS_OF_COLOURS => {
                put(&mut head, 16, 0);
                put(&mut head, 20, 0);
                unpacked = (need == Need::Samples).then(|| runs(samples, &head));
            }
            other => {
                return Err(PictureError::Unsupported(format!(
                    "a BMP of OS/2 with the compression {other}"
                )));
            }
        }
    }
    let mut file = bytes.get(base..base + FILE_HEAD).ok_or_else(truncated)?.to_vec();
    put(&mut file, 10, FILE_HEAD + head.len() + table.len());
    file.extend(head);
    file.extend(table);
    match (need, unpacked) {
        (Need::Samples, Some(unpacked)) => file.extend(unpacked),
        (Need::Samples, None) => file.extend(samples),
        (Need::Head, _) => {}
    }
    Ok(Cow::Owned(file))
}

/// Run lengths of pixels of 24 bits.
const RUNS_OF_COLOURS: usize = 4;

fn number(head: &[u8], at: usize) -> usize {
    let field = head.get(at..).and_then(|rest| rest.first_chunk::<4>());
    field.map_or(0, |field| usize_of(u32::from_le_bytes(*field)))
}

fn compression(head: &[u8]) -> usize {
    number(head, 16)
}

fn put(bytes: &mut [u8], at: usize, value: usize) {
    if let (Some(field), Ok(value)) = (bytes.get_mut(at..at + 4), u32::try_from(value)) {
        field.copy_from_slice(&value.to_le_bytes());
    }
}

/// Rows of three bytes for each pixel from run lengths. Its size was looked at before.
fn runs(packed: &[u8], head: &[u8]) -> Vec<u8> {
    let (width, height) = (number(head, 4), number(head, 8));
    let stride = width.saturating_mul(3).next_multiple_of(4);
    let mut rows = vec![0; stride.saturating_mul(height)];
    let (mut x, mut y) = (0_usize, 0_usize);
    let mut put = |x: usize, y: usize, colour: &[u8]| {
        let at = y * stride + x * 3;
        if let (true, Some(pixel)) = (x < width && y < height, rows.get_mut(at..at + 3)) {
            pixel.copy_from_slice(colour);
        }
    };
    let mut rest = packed;
    while let Some((&[first, second], after)) = rest.split_first_chunk::<2>() {
        rest = after;
        match (first, second) {
            (0, 0) => (x, y) = (0, y + 1),
            (0, 1) => break,
            (0, 2) => {
                let Some((&[right, up], after)) = rest.split_first_chunk::<2>() else {
                    break;
                };
                rest = after;
                (x, y) = (x + usize::from(right), y + usize::from(up));
            }
            (0, count) => {
                let length = usize::from(count) * 3;
                for colour in rest
                    .get(..length.min(rest.len()))
                    .unwrap_or_default()
                    .as_chunks::<3>()
                    .0
                {
                    put(x, y, colour);
                    x += 1;
                }
                rest = rest.get(length.next_multiple_of(2)..).unwrap_or_default();
            }
            (count, blue) => {
                let Some((&[green, red], after)) = rest.split_first_chunk::<2>() else {
                    break;
                };
                rest = after;
                for _ in 0..count {
                    put(x, y, &[blue, green, red]);
                    x += 1;
                }
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::{decode, header};
    use super::*;
    use crate::pipeline::raster::Samples;

    /// Two by two pixels: red and green above blue and white, with a head of `length` bytes.
    fn file(length: usize, bits: u16, compression: u32, table: &[u8], samples: &[u8], base: usize) -> Vec<u8> {
        let mut head = vec![0; length];
        put(&mut head, 0, length);
        if length == 12 {
            head[4..12].copy_from_slice(&[2, 0, 2, 0, 1, 0, u8::try_from(bits).unwrap(), 0]);
        } else {
            put(&mut head, 4, 2);
            put(&mut head, 8, 2);
            head[12..14].copy_from_slice(&1_u16.to_le_bytes());
            head[14..16].copy_from_slice(&bits.to_le_bytes());
        }
        if length >= 20 {
            head[16..20].copy_from_slice(&compression.to_le_bytes());
        }
        let mut file = b"BM\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
        put(&mut file, 10, base + 14 + length + table.len());
        [&file[..], &head, table, samples].concat()
    }

    const BOTTOM_UP: [u8; 16] = [255, 0, 0, 255, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0];
    const SHOWN: [u8; 12] = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];

    #[track_caller]
    fn assert_shown(bytes: &[u8], what: &str) {
        let head = header(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!((head.width, head.height), (2, 2), "{what}");
        let raster = decode(bytes, &head, false).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(raster.samples, Samples::U8(SHOWN.to_vec()), "{what}");
    }

    #[test]
    fn heads_of_every_length() {
        for length in [12, 16, 20, 24, 36, 40, 48, 64] {
            assert_shown(&file(length, 24, 0, &[], &BOTTOM_UP, 0), &format!("{length}"));
        }
    }

    #[test]
    fn tables_of_colours_and_run_lengths() {
        let table = |gap: &[u8]| {
            let colours = [[0, 0, 255], [0, 255, 0], [255, 0, 0], [255; 3]].map(|colour| [&colour[..], gap].concat());
            [colours.concat(), vec![0; (256 - 4) * (3 + gap.len())]].concat()
        };
        let rows = [2, 3, 0, 0, 0, 1, 0, 0];
        for length in [16, 64] {
            assert_shown(&file(length, 8, 0, &table(&[0]), &rows, 0), &format!("{length}"));
        }
        assert_shown(&file(12, 8, 0, &table(&[]), &rows, 0), "12");
        let packed = [1, 2, 1, 3, 0, 0, 1, 0, 1, 1, 0, 1];
        assert_shown(&file(64, 8, 1, &table(&[0]), &packed, 0), "run lengths of indices");
        let colours = [
            1, 255, 0, 0, 1, 255, 255, 255, 0, 0, 0, 2, 0, 0, 1, 0, 0, 255, 1, 0, 255, 0, 0, 1,
        ];
        // A row by runs; then by a step of nothing and runs.
        let colours = [&colours[..10], &[0, 2, 0, 0], &colours[14..]].concat();
        assert_shown(&file(64, 24, 4, &[], &colours, 0), "run lengths of colours");
    }

    #[test]
    fn the_first_of_an_array() {
        let head = b"BA\x36\0\0\0\0\0\0\0\0\0\0\0";
        for length in [12, 64] {
            let inner = file(length, 24, 0, &[], &BOTTOM_UP, FILE_HEAD);
            assert_shown(&[&head[..], &inner].concat(), &format!("{length}"));
        }
    }

    #[test]
    fn what_is_cut_or_not_read_is_refused() {
        let whole = file(64, 24, 4, &[], &[1, 2, 3], 0);
        for end in 0..whole.len() {
            let _ = header(&whole[..end]).map(|head| decode(&whole[..end], &head, true));
        }
        let fax = file(64, 1, 3, &[0; 8], &[0; 8], 0);
        assert!(matches!(header(&fax), Err(PictureError::Unsupported(_))));
    }
}
