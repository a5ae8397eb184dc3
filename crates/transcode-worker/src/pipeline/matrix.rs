//! The turn that viewers make, written into a finished MP4: the muxer of this `GStreamer` leaves it out.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use crate::recipe::Turn;

/// The most an index may have, in bytes.
const LONGEST_INDEX: u64 = 1 << 30;

/// One, in the fixed point of the format.
const ONE: i32 = 1 << 16;

/// Where the matrix is in the content of a track header, for version 0 and for version 1; the size follows it.
const MATRIX: [usize; 2] = [40, 52];

/// Writes the turn into the header of every video track.
pub(super) fn write(file: &File, turn: Turn) -> io::Result<()> {
    let (start, length) = index(file)?;
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    file.read_exact_at(&mut bytes, start)?;
    let mut written = false;
    for (track, end) in boxes(&bytes, 8, bytes.len(), *b"trak") {
        if let Some(at) = boxes(&bytes, track, end, *b"tkhd").next() {
            written |= set_matrix(&mut bytes, at.0, turn).is_some();
        }
    }
    if !written {
        return Err(io::Error::other("the index of the result has no video track"));
    }
    file.write_all_at(&bytes, start)
}

/// Where the index is, and how long.
fn index(file: &File) -> io::Result<(u64, u64)> {
    let mut at = 0;
    let end = file.metadata()?.len();
    while at + 8 <= end {
        let mut head = [0; 8];
        file.read_exact_at(&mut head, at)?;
        let [a, b, c, d, name @ ..] = head;
        let length = u64::from(u32::from_be_bytes([a, b, c, d]));
        if &name == b"moov" && (8..=LONGEST_INDEX).contains(&length) {
            return Ok((at, length));
        }
        if length < 8 {
            break;
        }
        at += length;
    }
    Err(io::Error::other("the result has no index in front"))
}

/// The boxes of a kind between two places: where their content begins and ends.
fn boxes(bytes: &[u8], from: usize, to: usize, kind: [u8; 4]) -> impl Iterator<Item = (usize, usize)> + use<> {
    let mut found = Vec::new();
    let mut at = from;
    while let Some(&[a, b, c, d, e, f, g, h]) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(0);
        let end = at.saturating_add(length);
        if length < 8 || end > to {
            break;
        }
        if [e, f, g, h] == kind {
            found.push((at + 8, end));
        }
        at = end;
    }
    found.into_iter()
}

/// Sets the matrix of one track; nothing where the track has no pictures.
fn set_matrix(bytes: &mut [u8], header: usize, turn: Turn) -> Option<()> {
    let version = usize::from(*bytes.get(header)?);
    let at = header + MATRIX.get(version)?;
    let side = |bytes: &[u8], at: usize| Some(i32::from_be_bytes(*bytes.get(at..)?.first_chunk::<4>()?));
    let (width, height) = (side(bytes, at + 36)?, side(bytes, at + 40)?);
    if width == 0 || height == 0 {
        return None;
    }
    for (index, value) in matrix(turn, width, height).into_iter().enumerate() {
        let place = bytes.get_mut(at + index * 4..)?.first_chunk_mut::<4>()?;
        *place = value.to_be_bytes();
    }
    Some(())
}

/// `x' = a x + c y + tx`, `y' = b x + d y + ty`, as `a b u c d v tx ty w`.
fn matrix(turn: Turn, width: i32, height: i32) -> [i32; 9] {
    let (a, b, c, d, tx, ty) = match turn.degrees {
        90 => (0, ONE, -ONE, 0, height, 0),
        180 => (-ONE, 0, 0, -ONE, width, height),
        270 => (0, -ONE, ONE, 0, 0, width),
        _ => (ONE, 0, 0, ONE, 0, 0),
    };
    // Mirrored first: x becomes width - x.
    let (a, b, tx, ty) = if turn.is_mirrored {
        let along = |factor: i32, shift: i32| shift + factor.signum() * width;
        (-a, -b, along(a, tx), along(b, ty))
    } else {
        (a, b, tx, ty)
    };
    [a, b, 0, c, d, 0, tx, ty, 1 << 30]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a corner of a picture goes.
    fn moved(turn: Turn, (x, y): (i32, i32)) -> (i32, i32) {
        let [xx, xy, _, yx, yy, _, tx, ty, _] = matrix(turn, 40 * ONE, 20 * ONE);
        let one = |factor: i32, value: i32| factor.signum() * value;
        (one(xx, x) + one(yx, y) + tx / ONE, one(xy, x) + one(yy, y) + ty / ONE)
    }

    #[test]
    fn corners_go_where_viewers_expect_them() {
        let turned = |degrees, is_mirrored| moved(Turn { degrees, is_mirrored }, (0, 0));
        assert_eq!(turned(0, false), (0, 0));
        assert_eq!(turned(90, false), (20, 0));
        assert_eq!(turned(180, false), (40, 20));
        assert_eq!(turned(270, false), (0, 40));
        assert_eq!(turned(0, true), (40, 0));
        assert_eq!(turned(90, true), (20, 40));
        assert_eq!(turned(180, true), (0, 20));
        assert_eq!(turned(270, true), (0, 0));
    }
}
