//! Which way up: the matrix of an MP4.

/// Degrees clockwise, and whether the picture is mirrored, left to right, before it is turned. What is no quarter of a turn is upright.
///
/// A point goes to `(a x + c y, b x + d y)`, written `a b u c d v x y w` (ISO/IEC 14496-12, 8.3.2).
pub(crate) fn turn(matrix: &[i32; 9]) -> (u16, bool) {
    let &[a, b, _, c, d, ..] = matrix;
    match (a.signum(), b.signum(), c.signum(), d.signum()) {
        (0, 1, -1, 0) => (90, false),
        (-1, 0, 0, -1) => (180, false),
        (0, -1, 1, 0) => (270, false),
        (-1, 0, 0, 1) => (0, true),
        (0, -1, -1, 0) => (90, true),
        (1, 0, 0, -1) => (180, true),
        (0, 1, 1, 0) => (270, true),
        _ => (0, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_eight_and_none_of_them() {
        let turned = |a, b, c, d| turn(&[a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30]);
        assert_eq!(turned(1, 0, 0, 1), (0, false));
        assert_eq!(turned(0, 1, -1, 0), (90, false));
        assert_eq!(turned(-1, 0, 0, -1), (180, false));
        assert_eq!(turned(0, -1, 1, 0), (270, false));
        assert_eq!(turned(-1, 0, 0, 1), (0, true));
        assert_eq!(turned(0, -1, -1, 0), (90, true));
        assert_eq!(turned(1, 0, 0, -1), (180, true));
        assert_eq!(turned(0, 1, 1, 0), (270, true));
        assert_eq!(turned(1, 1, -1, 1), (0, false));
    }
}
