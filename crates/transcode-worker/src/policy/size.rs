//! How large the result is.

use safelight_core::settings::VideoSettings;
use safelight_video::VideoTraits;

/// What the shorter edge may have at most; none for `original`.
fn target(settings: &VideoSettings) -> Option<u32> {
    settings
        .target_resolution
        .trim()
        .parse()
        .ok()
        .filter(|edge: &u32| *edge >= 2)
}

/// Width and height as they are shown, in square pixels, before rotation.
fn shown(video: &VideoTraits) -> (u32, u32) {
    let (n, d) = video.pixel_aspect;
    if n == 0 || d == 0 || n == d {
        return (video.width, video.height);
    }
    (scaled(video.width, n, d), video.height)
}

pub(super) fn is_larger(settings: &VideoSettings, video: &VideoTraits) -> bool {
    let (width, height) = shown(video);
    target(settings).is_some_and(|edge| width.min(height) > edge)
}

/// The shortest edge, in pixels, that every encoder takes.
const SHORTEST: u32 = 16;

/// The longest edge to which a film is enlarged so that its shorter one is long enough.
const LONGEST_ENLARGED: u32 = 4_096;

/// The size of the result before rotation: the shorter edge at most as wanted and never too short for an encoder, both even, square
/// pixels.
pub(super) fn of(settings: &VideoSettings, video: &VideoTraits) -> (u32, u32) {
    let (width, height) = bounded(settings, video);
    let shorter = width.min(height).max(1);
    if shorter >= SHORTEST {
        return (width, height);
    }
    let enlarged = |length: u32| even_near(scaled_twice(length, SHORTEST, shorter)).max(SHORTEST);
    if enlarged(width.max(height)) > LONGEST_ENLARGED {
        return (width.max(SHORTEST), height.max(SHORTEST));
    }
    (enlarged(width), enlarged(height))
}

fn bounded(settings: &VideoSettings, video: &VideoTraits) -> (u32, u32) {
    let (width, height) = shown(video);
    let shorter = width.min(height);
    let edge = even_below(target(settings).map_or(shorter, |edge| edge.min(shorter)));
    if width <= height {
        (edge, even_near(scaled_twice(height, edge, shorter)))
    } else {
        (even_near(scaled_twice(width, edge, shorter)), edge)
    }
}

/// `length * n / d`, rounded.
fn scaled(length: u32, n: u32, d: u32) -> u32 {
    let (length, n, d) = (u64::from(length), u64::from(n), u64::from(d.max(1)));
    u32::try_from((length * n * 2 + d) / (d * 2)).unwrap_or(u32::MAX)
}

/// Twice `length * n / d`, so that the halves decide which even number is nearer.
fn scaled_twice(length: u32, n: u32, d: u32) -> u32 {
    scaled(length, n.saturating_mul(2), d)
}

fn even_below(length: u32) -> u32 {
    (length & !1).max(2)
}

/// The even number that is nearest to half of `twice`.
fn even_near(twice: u32) -> u32 {
    (twice.saturating_add(2) / 4).saturating_mul(2).max(2)
}
