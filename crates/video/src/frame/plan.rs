//! Where to look, and how often.

use gstreamer::ClockTime;

/// The most pictures that are compared.
const MOST: u64 = 12;

/// The least, however large they are.
const FEWEST: u64 = 3;

/// Bytes of decoded pictures that are held at once.
const HELD: u64 = 192 << 20;

/// One way through the film.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pass {
    /// Leave out what depends on other pictures.
    pub(super) key_frames_only: bool,
    /// How far to look from the first picture on.
    pub(super) span: ClockTime,
    /// How far apart pictures are taken.
    pub(super) apart: ClockTime,
    /// How many are taken.
    pub(super) most: u64,
}

/// The ways to go, one after the other until something is seen: key frames of the first part, key frames of much more, and at
/// last every picture of the beginning.
pub(super) fn passes(duration_ms: Option<u64>, pixels: u64) -> [Pass; 3] {
    let most = most(pixels);
    let pass = |key_frames_only, span_ms: u64| Pass {
        key_frames_only,
        span: ClockTime::from_mseconds(span_ms),
        apart: ClockTime::from_mseconds(span_ms / most),
        most,
    };
    let quarter = duration_ms.map_or(10_000, |ms| ms / 4);
    [
        pass(true, quarter.clamp(2_000, 20_000)),
        pass(true, 300_000),
        pass(false, 10_000),
    ]
}

/// How many decoded pictures of so many pixels are held.
fn most(pixels: u64) -> u64 {
    (HELD / decoded(pixels).max(1)).clamp(FEWEST, MOST)
}

/// Bytes of one decoded picture: between those of 8 and of 10 bits, 4:2:0 and 4:2:2.
const fn decoded(pixels: u64) -> u64 {
    pixels.saturating_mul(5) / 2
}

/// Bytes that finding a picture in a video of so many pixels takes, helper and caller together: the pictures compared, those
/// a decoder keeps, the one that is converted, and the program itself.
pub fn memory(pixels: u64) -> u64 {
    const KEPT: u64 = 16;
    const CONVERTED: u64 = 8 + 3 + 3;
    const PROGRAM: u64 = 64 << 20;
    let pictures = decoded(pixels).saturating_mul(most(pixels) + KEPT);
    pictures
        .saturating_add(pixels.saturating_mul(CONVERTED))
        .saturating_add(PROGRAM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_the_film_but_never_much() {
        let first = |ms| passes(ms, 1920 * 1080)[0].span.mseconds();
        assert_eq!(first(Some(500)), 2_000);
        assert_eq!(first(Some(40_000)), 10_000);
        assert_eq!(first(Some(7_200_000)), 20_000);
        assert_eq!(first(None), 10_000);
    }

    #[test]
    fn large_pictures_are_compared_in_small_numbers() {
        let most = |width: u64, height| passes(None, width * height)[0].most;
        assert_eq!(most(1920, 1080), 12);
        assert_eq!(most(7680, 4320), 3);
        assert!((6..12).contains(&most(3840, 2160)));
    }
}
