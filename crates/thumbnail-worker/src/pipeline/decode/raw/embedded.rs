//! The pictures that cameras put into their raw files.
//!
//! Every maker has a place of its own for them, in tags, boxes or headers. All are plain JPEGs, so they are found by what they
//! are: a start of image, segments, and a frame of the usual kind. The sensor's data are sometimes JPEGs as well, but lossless.

use crate::pipeline::num::u64_of;
use crate::pipeline::probe::{Header, jpeg_header};

/// Starts of images that are looked at; a file has a handful.
const MOST_CANDIDATES: usize = 4_096;

/// How far into a picture its frame is looked for: profiles, notes of the maker and a small picture come before it. Without an end
/// to it, a file full of starts would be read once for each.
const LONGEST_HEAD: usize = 1 << 20;

/// A JPEG in another file.
pub(super) struct Embedded<'a> {
    /// From its start to the end of the file: what follows it is not read.
    pub(super) bytes: &'a [u8],
    pub(super) header: Header,
}

/// The one with the most pixels.
pub(super) fn largest(bytes: &[u8]) -> Option<Embedded<'_>> {
    starts(bytes)
        .take(MOST_CANDIDATES)
        .filter_map(|start| embedded(bytes.get(start..)?))
        .max_by_key(|embedded| embedded.header.size().pixels())
}

/// Where a JPEG may begin: its marker and that of a segment.
fn starts(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let is_start = |window: &[u8]| matches!(window, [0xFF, 0xD8, 0xFF, marker] if matches!(marker, 0xC0 | 0xC2 | 0xC4 | 0xDB | 0xE0..=0xEF | 0xFE));
    bytes
        .windows(4)
        .enumerate()
        .filter(move |(_, window)| is_start(window))
        .map(|(at, _)| at)
}

/// A JPEG that browsers would show: in colour, of 8 bits, and not lossless.
fn embedded(bytes: &[u8]) -> Option<Embedded<'_>> {
    let head = bytes.get(..bytes.len().min(LONGEST_HEAD))?;
    let header = Header {
        file_bytes: u64_of(bytes.len()),
        ..jpeg_header(head).ok()?
    };
    let is_picture = !header.lossless && header.channels.count() == 3 && header.width > 0 && header.height > 0;
    is_picture.then_some(Embedded { bytes, header })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::testing;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        testing::jpeg(&testing::photo(width, height))
    }

    #[test]
    fn the_largest_is_found_wherever_it_is() {
        let (small, large) = (jpeg(16, 8), jpeg(64, 48));
        let file = [
            b"II*\0a camera's header \xFF\xD8 \xFF\xD8\xFF".as_slice(),
            &small,
            &[0; 100],
            &large,
            b"and the sensor's data",
        ]
        .concat();
        let found = largest(&file).unwrap();
        assert_eq!((found.header.width, found.header.height), (64, 48));
        assert!(found.bytes.starts_with(&large));
    }

    #[test]
    fn what_only_begins_like_one_is_none() {
        assert!(largest(b"\xFF\xD8\xFF\xE0").is_none());
        assert!(largest(b"").is_none());
        let mut lossless = jpeg(64, 48);
        let frame = lossless.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
        lossless[frame + 1] = 0xC3;
        assert!(largest(&lossless).is_none());
    }
}
