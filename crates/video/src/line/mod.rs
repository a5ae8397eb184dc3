//! The line of time of a film: one clock for all of its streams, that begins near zero and goes forward.
//!
//! Containers tell times as they please: in units of their own, from any beginning, with clocks that begin again where recordings were
//! joined, for some packets only, or in the order of decoding alone. What comes out of here is in nanoseconds ([`Clock`], for packets),
//! strictly forward for pictures ([`Pictures`]) and without gaps or overlaps for sound ([`Samples`]; [`Steady`] tells whether it comes
//! so by itself).

mod clock;
mod pictures;
mod samples;
mod steady;

pub(crate) use self::clock::{Clock, Placed};
pub(crate) use self::pictures::Pictures;
pub(crate) use self::samples::Samples;
pub(crate) use self::steady::Steady;

/// Nanoseconds of a second.
pub(crate) const SECOND: i64 = 1_000_000_000;

/// `value * n / d`, rounded, at the bounds of the type where it does not fit.
pub(crate) fn scale(value: i64, n: i64, d: i64) -> i64 {
    let (value, n, d) = (i128::from(value), i128::from(n), i128::from(d.max(1)));
    let half = if value < 0 { -d / 2 } else { d / 2 };
    let scaled = (value * n + half) / d;
    i64::try_from(scaled).unwrap_or(if scaled < 0 { i64::MIN + 1 } else { i64::MAX })
}
