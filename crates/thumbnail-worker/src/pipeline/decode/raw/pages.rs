//! Whether the pages of a raw file in the manner of TIFF come to an end, and their values fit into the file. rawler follows them
//! wherever they lead, and makes room for as many values as they say.

use crate::pipeline::num::usize_of;

/// Pages that are visited; real files have some twenty.
const MOST: usize = 1_000;

/// Tags whose values are places of other pages: those inside of this one, EXIF, positions, and what belongs to them.
const PLACES: [u16; 4] = [330, 34_665, 34_853, 40_965];

/// The most places in one tag.
const MOST_PLACES: usize = 64;

/// Whether following all pages comes to an end soon, within the file. What is not like TIFF has no pages.
pub(super) fn end(bytes: &[u8]) -> bool {
    let little = match bytes.first_chunk::<2>() {
        Some(b"II") => true,
        Some(b"MM") => false,
        _ => return true,
    };
    let file = File { bytes, little };
    let mut left = MOST;
    file.number(4, 4)
        .is_none_or(|first| file.ends(first, &mut Vec::new(), &mut left))
}

struct File<'a> {
    bytes: &'a [u8],
    little: bool,
}

impl File<'_> {
    /// Follows a chain of pages and what is inside of them; `above` are the pages that this chain is inside of.
    fn ends(&self, first: usize, above: &mut Vec<usize>, left: &mut usize) -> bool {
        let depth = above.len();
        let mut page = first;
        while page != 0 {
            if *left == 0 || above.contains(&page) {
                return false;
            }
            *left -= 1;
            above.push(page);
            let Some(entries) = self.number(page, 2) else { break };
            let places = (0..entries).map(|index| page + 2 + index * 12);
            if places.clone().any(|at| self.is_longer_than_the_file(at)) {
                return false;
            }
            let inside = places.map_while(|at| self.places(at)).flatten();
            for place in inside {
                if !self.ends(place, above, left) {
                    return false;
                }
            }
            page = self.number(page + 2 + entries * 12, 4).unwrap_or_default();
        }
        above.truncate(depth);
        true
    }

    /// Whether the entry at `at` says that it has more values than there are bytes.
    fn is_longer_than_the_file(&self, at: usize) -> bool {
        let (Some(kind), Some(count)) = (self.number(at + 2, 2), self.number(at + 4, 4)) else {
            return false;
        };
        let bytes = match kind {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => 1,
        };
        count.saturating_mul(bytes) > self.bytes.len()
    }

    /// The places that the entry at `at` names; nothing where the file ends before.
    fn places(&self, at: usize) -> Option<Vec<usize>> {
        let tag = self.number(at, 2)?;
        let count = self.number(at + 4, 4)?.min(MOST_PLACES);
        if !PLACES.iter().any(|place| usize::from(*place) == tag) {
            return Some(Vec::new());
        }
        // One place is the value itself; several are elsewhere.
        let from = if count == 1 { at + 8 } else { self.number(at + 8, 4)? };
        Some((0..count).map_while(|index| self.number(from + index * 4, 4)).collect())
    }

    fn number(&self, at: usize, length: usize) -> Option<usize> {
        let field = self.bytes.get(at..at.checked_add(length)?)?;
        let shift = |sum: u32, byte: &u8| (sum << 8) | u32::from(*byte);
        Some(usize_of(if self.little {
            field.iter().rev().fold(0, shift)
        } else {
            field.iter().fold(0, shift)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with pages of one entry at 8, 26, 44, ...: tag, value, next page.
    fn file(pages: &[(u16, u32, u32)]) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        for (tag, value, next) in pages {
            bytes.extend([1, 0]);
            bytes.extend(tag.to_le_bytes());
            bytes.extend([4, 0, 1, 0, 0, 0]);
            bytes.extend(value.to_le_bytes());
            bytes.extend(next.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn pages_that_end() {
        assert!(end(b"") && end(b"II") && end(b"FUJIFILMCCD-RAW"));
        assert!(end(&file(&[(256, 7, 0)])));
        assert!(end(&file(&[(330, 26, 44), (256, 7, 0), (256, 7, 0)])));
        // The same page from two places is no circle.
        assert!(end(&file(&[(330, 44, 26), (330, 44, 0), (256, 7, 0)])));
        assert!(end(&file(&[(330, u32::MAX, u32::MAX)])));
    }

    #[test]
    fn pages_that_go_round_in_a_circle() {
        assert!(!end(&file(&[(256, 7, 8)])));
        assert!(!end(&file(&[(330, 8, 0)])));
        assert!(!end(&file(&[(34_665, 26, 0), (330, 8, 0)])));
    }

    #[test]
    fn values_that_are_not_in_the_file() {
        let mut bytes = file(&[(256, 7, 0)]);
        assert!(end(&bytes));
        bytes[14..18].copy_from_slice(&7_u32.to_le_bytes());
        assert!(!end(&bytes), "seven values of four bytes in a file of 26");
    }

    /// Each page is inside of the one before, and after it as well: two ways to each.
    #[test]
    fn pages_that_are_reached_by_too_many_ways() {
        let pages: Vec<(u16, u32, u32)> = (1..64).map(|page| (330, 8 + page * 18, 8 + page * 18)).collect();
        assert!(!end(&file(&pages)));
    }
}
