//! The turn that viewers make.

use super::boxes::{Tree, overwrite, u32_at};
use crate::recipe::Turn;

/// One, in the fixed point of the format.
const ONE: i32 = 1 << 16;

/// Where the matrix is in the content of a track header, for version 0 and for version 1; the size follows it.
const MATRIX: [usize; 2] = [40, 52];

/// Writes the turn into the header of every video track; false where there is none.
pub(super) fn set(index: &mut Tree, turn: Turn) -> bool {
    let mut written = false;
    for track in index.all_mut(*b"trak") {
        if let Some(header) = track.content_mut(&[b"tkhd"]) {
            written |= set_in(header, turn).is_some();
        }
    }
    written
}

/// Sets the matrix of one track; nothing where the track has no pictures.
fn set_in(header: &mut [u8], turn: Turn) -> Option<()> {
    let version = usize::from(*header.first()?);
    let at = *MATRIX.get(version)?;
    let side = |header: &[u8], at: usize| Some(u32_at(header, at)?.cast_signed());
    let (width, height) = (side(header, at + 36)?, side(header, at + 40)?);
    if width == 0 || height == 0 {
        return None;
    }
    for (index, value) in matrix(turn, width, height).into_iter().enumerate() {
        overwrite(header, at + index * 4, value.to_be_bytes())?;
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
