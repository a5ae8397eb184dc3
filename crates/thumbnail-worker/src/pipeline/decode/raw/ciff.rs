//! The directory of Canon's first raw files (CRW), a heap of records: whether the sensor's data are there at all, of which the
//! decoder makes a black picture where they are not, and the white balance that was chosen, where the decoder always takes one of
//! them.

use crate::pipeline::num::usize_of;

/// The heap's name, behind the order of bytes and the length of the head.
const HEAP: &[u8] = b"HEAPCCDR";
/// The sensor's data.
const RAW_DATA: u16 = 0x2005;
/// Settings of the shot; the eighth number is the white balance.
const SHOT: u16 = 0x102A;
/// White balances: one number, then four for each, red, green, green and blue.
const WHITE_BALANCES: u16 = 0x10A9;
/// Records with others inside.
const INSIDE: [u16; 2] = [0x2800, 0x3000];
/// Kinds of records in their tags: the highest two bits tell where the value is.
const NUMBER: u16 = 0x3FFF;
const KIND: u16 = 0x3800;

/// Levels of records inside of others, and records in all.
const DEEPEST: usize = 8;
const MOST: usize = 2_000;

/// Where in the table a setting has its numbers: auto, daylight, shade, cloudy, tungsten, fluorescent, flash, custom, and so on.
const PLACES: [usize; 10] = [0, 1, 3, 4, 5, 6, 7, 0, 2, 8];

/// A sensor's pixels have this many bits, at least, however well they are packed.
const FEWEST_BITS: usize = 1;

/// Whether this is such a file and its sensor's data are missing, or far too few for so many pixels.
pub(super) fn is_stub(bytes: &[u8], pixels: usize) -> bool {
    let Some(heap) = heap(bytes) else { return false };
    let data = record(heap, RAW_DATA);
    data.is_none_or(|data| data.len().saturating_mul(8) < pixels.saturating_mul(FEWEST_BITS))
}

/// Factors of red, green and blue, as chosen for the shot.
pub(super) fn white_balance(bytes: &[u8]) -> Option<[f32; 3]> {
    let heap = heap(bytes)?;
    let shot = record(heap, SHOT)?;
    let table = record(heap, WHITE_BALANCES)?;
    let setting = usize::from(short(shot, 7)?);
    // A short table has the settings in their own order.
    let place = if table.len() > 66 {
        PLACES.get(setting).copied().unwrap_or(0)
    } else {
        setting
    };
    let level = |index: usize| {
        short(table, 1 + place * 4 + index)
            .map(f32::from)
            .filter(|level| *level > 0.0)
    };
    let (red, green, other, blue) = (level(0)?, level(1)?, level(2)?, level(3)?);
    let green = f32::midpoint(green, other);
    Some([red / green, 1.0, blue / green])
}

fn short(record: &[u8], index: usize) -> Option<u16> {
    record
        .get(index * 2..)?
        .first_chunk::<2>()
        .map(|pair| u16::from_le_bytes(*pair))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    bytes
        .get(at..)?
        .first_chunk::<4>()
        .map(|field| usize_of(u32::from_le_bytes(*field)))
}

/// What lies behind the head. Only little-endian files are known.
fn heap(bytes: &[u8]) -> Option<&[u8]> {
    let is_one = bytes.starts_with(b"II") && bytes.get(6..14) == Some(HEAP);
    bytes.get(long(bytes, 2)?..).filter(|_| is_one)
}

fn record(heap: &[u8], wanted: u16) -> Option<&[u8]> {
    let mut left = MOST;
    find(heap, wanted, DEEPEST, &mut left)
}

/// The first record of that number; its directory is at the end of the heap that it is in.
fn find<'a>(heap: &'a [u8], wanted: u16, depth: usize, left: &mut usize) -> Option<&'a [u8]> {
    let directory = long(heap, heap.len().checked_sub(4)?)?;
    let count = usize::from(
        heap.get(directory..)?
            .first_chunk::<2>()
            .map(|pair| u16::from_le_bytes(*pair))?,
    );
    let entries = heap.get(directory + 2..)?.as_chunks::<10>().0.iter().take(count);
    for entry in entries {
        *left = left.checked_sub(1)?;
        let tag = short(entry, 0)?;
        // Short values are in the entry itself.
        let value = if tag & 0xC000 == 0 {
            let (length, at) = (long(entry, 2)?, long(entry, 6)?);
            heap.get(at..at.checked_add(length)?)
        } else {
            entry.get(2..)
        };
        let Some(value) = value else { continue };
        if tag & NUMBER == wanted {
            return Some(value);
        }
        if INSIDE.contains(&(tag & KIND)) && depth > 0 {
            let found = find(value, wanted, depth - 1, left);
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heap_of(records: &[(u16, Vec<u8>)]) -> Vec<u8> {
        let mut heap = Vec::new();
        let mut directory = u16::try_from(records.len()).unwrap().to_le_bytes().to_vec();
        for (tag, value) in records {
            directory.extend(tag.to_le_bytes());
            directory.extend(u32::try_from(value.len()).unwrap().to_le_bytes());
            directory.extend(u32::try_from(heap.len()).unwrap().to_le_bytes());
            heap.extend(value);
        }
        let at = u32::try_from(heap.len()).unwrap();
        heap.extend(directory);
        heap.extend(at.to_le_bytes());
        heap
    }

    fn file(records: &[(u16, Vec<u8>)]) -> Vec<u8> {
        [
            b"II\x1A\0\0\0HEAPCCDR\0\0\x01\0\0\0\0\0\0\0\0\0".as_slice(),
            &heap_of(records),
        ]
        .concat()
    }

    fn shorts(numbers: &[u16]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    fn shot(setting: u16) -> Vec<u8> {
        shorts(&[0, 0, 0, 0, 0, 0, 0, setting])
    }

    #[test]
    fn the_balance_that_was_chosen() {
        let table: Vec<u16> = std::iter::once(70).chain((1..=40).map(|number| number * 10)).collect();
        let of = |setting| {
            let inside = heap_of(&[(SHOT, shot(setting)), (WHITE_BALANCES, shorts(&table))]);
            white_balance(&file(&[(0x300A, inside)]))
        };
        assert_eq!(of(0), Some([10.0 / 25.0, 1.0, 40.0 / 25.0]));
        // Cloudy is the fourth of the table.
        assert_eq!(of(2), Some([130.0 / 145.0, 1.0, 160.0 / 145.0]));
        assert_eq!(white_balance(&file(&[(SHOT, shot(0))])), None);
        assert_eq!(white_balance(b"II*\0"), None);
    }

    #[test]
    fn a_file_without_its_data_is_a_stub() {
        assert!(is_stub(&file(&[(SHOT, shot(0))]), 1000));
        assert!(is_stub(&file(&[(RAW_DATA, vec![0; 100])]), 1000));
        assert!(!is_stub(&file(&[(RAW_DATA, vec![0; 1000])]), 1000));
        assert!(!is_stub(b"II*\0", 1000));
        let whole = file(&[(0x300A, heap_of(&[(SHOT, shot(1))]))]);
        for end in 0..whole.len() {
            let _ = (is_stub(&whole[..end], 9), white_balance(&whole[..end]));
        }
    }
}
