//! Which way up: the orientation tag.

/// Degrees clockwise, and whether the picture is mirrored before. What is not known is upright.
pub(super) fn turn(tag: &str) -> (u16, bool) {
    let (turn, is_mirrored) = match tag.strip_prefix("flip-") {
        Some(turn) => (turn, true),
        None => (tag, false),
    };
    match turn.strip_prefix("rotate-").and_then(|degrees| degrees.parse().ok()) {
        Some(degrees @ (0 | 90 | 180 | 270)) => (degrees, is_mirrored),
        _ => (0, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_eight() {
        assert_eq!(turn("rotate-0"), (0, false));
        assert_eq!(turn("rotate-90"), (90, false));
        assert_eq!(turn("rotate-270"), (270, false));
        assert_eq!(turn("flip-rotate-0"), (0, true));
        assert_eq!(turn("flip-rotate-180"), (180, true));
        assert_eq!(turn("rotate-45"), (0, false));
        assert_eq!(turn("nonsense"), (0, false));
    }
}
