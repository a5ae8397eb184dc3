//! Moments as MS-DOS wrote them: two seconds apart, from 1980 to 2107, without a zone. We write UTC.

use std::time::SystemTime;

use chrono::{DateTime, Datelike, Timelike, Utc};

/// The first day that can be written.
const FIRST: Stamp = Stamp { time: 0, date: 0x21 };
/// The last moment.
const LAST: Stamp = Stamp {
    time: 0xbf7d,
    date: 0xff9f,
};

/// The two fields of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) time: u16,
    pub(super) date: u16,
}

impl Stamp {
    /// The nearest moment that can be written.
    pub(super) fn of(moment: SystemTime) -> Self {
        let moment = DateTime::<Utc>::from(moment);
        match moment.year() {
            ..1980 => FIRST,
            2108.. => LAST,
            year => Self {
                time: narrow((moment.hour() << 11) | (moment.minute() << 5) | (moment.second() / 2)),
                date: narrow((year.abs_diff(1980) << 9) | (moment.month() << 5) | moment.day()),
            },
        }
    }
}

/// The fields above fit by their ranges.
fn narrow(field: u32) -> u16 {
    u16::try_from(field).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn moments_within_and_beyond_the_range() {
        // 2024-03-01T10:11:13Z
        let stamp = Stamp::of(UNIX_EPOCH + Duration::from_secs(1_709_287_873));
        assert_eq!(stamp.date, (44 << 9) | (3 << 5) | 1);
        assert_eq!(stamp.time, (10 << 11) | (11 << 5) | 6);
        assert_eq!(Stamp::of(UNIX_EPOCH), FIRST);
        assert_eq!(Stamp::of(UNIX_EPOCH + Duration::from_secs(1 << 33)), LAST);
    }
}
