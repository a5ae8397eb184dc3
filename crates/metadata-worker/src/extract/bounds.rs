//! What is kept of what a file says: it may say anything, and every row must be one that can be written, indexed and shown.

use std::time::SystemTime;

use chrono::{DateTime, Utc};

/// The most characters of a name: of a camera, a lens, a colour profile.
const NAME: usize = 500;

/// The most bytes of what identifies: more do not fit into an index of Postgres, and a part identifies nothing.
const IDENTIFIER: usize = 255;

/// The years that every client can show, with a day to spare for each zone.
pub(crate) const YEARS: std::ops::Range<i32> = 1..9_999;

/// The year in which the first photograph was taken that is still there. What is older is the zero of some clock: year 1 of .NET,
/// 1601 of Windows.
const FIRST_PHOTOGRAPH: i32 = 1826;

/// Whether a picture may have been taken in this year, now being `now`: not before there were any, and not later than a clock may
/// be wrong by a zone or a New Year's Eve.
pub(crate) const fn is_plausible(year: i32, now: i32) -> bool {
    year >= FIRST_PHOTOGRAPH && year <= now + 1
}

/// The largest number of an exposure (the aperture, millimetres of a lens, frames per second): a million of each is beyond
/// what is built.
pub(crate) const LARGEST: f64 = 1e6;

/// A name, cut where it is longer than anything can be called.
pub(crate) fn name(text: &str) -> String {
    text.chars().take(NAME).collect()
}

/// What identifies, whole or not at all.
pub(crate) fn identifier(text: &str) -> Option<String> {
    (text.len() <= IDENTIFIER).then(|| text.to_owned())
}

/// The time that a file system tells, or now where that is none of ours: some keep times until the end of the universe.
pub(crate) fn moment(time: SystemTime) -> DateTime<Utc> {
    let millis = match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).ok(),
        Err(before) => i64::try_from(before.duration().as_millis())
            .ok()
            .map(i64::saturating_neg),
    };
    let told = millis.and_then(DateTime::from_timestamp_millis);
    told.filter(|at| YEARS.contains(&chrono::Datelike::year(at)))
        .unwrap_or_else(Utc::now)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn texts_have_an_end_and_identifiers_are_whole() {
        assert_eq!(name(&"\u{e4}".repeat(10_000)).chars().count(), NAME);
        assert_eq!(identifier(&"a".repeat(255)).map(|text| text.len()), Some(255));
        assert_eq!(identifier(&"a".repeat(256)), None);
    }

    #[test]
    fn times_of_the_far_future_are_now() {
        let at = |seconds| moment(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(1_000_000_000).to_rfc3339(), "2001-09-09T01:46:40+00:00");
        let now = Utc::now();
        for seconds in [300_000_000_000, 1 << 60] {
            assert!((at(seconds) - now).num_seconds().abs() < 60, "{seconds}");
        }
        assert_eq!(moment(SystemTime::UNIX_EPOCH - Duration::from_secs(5)).timestamp(), -5);
    }
}
