//! In which time zone a picture was taken.

use std::sync::OnceLock;

use chrono::{DateTime, FixedOffset, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::stamp::{self, Stamp};
use crate::tags::Tags;

/// A zone with a name, or only how far it was from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// From a position on the map.
    Named(Tz),
    /// From the file.
    Offset(FixedOffset),
}

impl Zone {
    pub(crate) const UTC: Self = Self::Named(Tz::UTC);

    /// The name clients show: `America/Denver`, `UTC`, `UTC+9`, `UTC-3:30`.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Named(zone) => zone.name().to_owned(),
            Self::Offset(offset) => offset_name(offset),
        }
    }

    /// The moment at which a clock in this zone showed `wall`. Of a doubled hour the first; an hour that was skipped is
    /// read as if the clock had not been put forward.
    pub(crate) fn instant(self, wall: NaiveDateTime) -> DateTime<Utc> {
        match self {
            Self::Offset(offset) => (wall - offset).and_utc(),
            Self::Named(zone) => {
                let skipped = || {
                    let before = zone.offset_from_utc_datetime(&(wall - TimeDelta::hours(24)));
                    (wall - before.fix()).and_utc()
                };
                let instant = zone.from_local_datetime(&wall).earliest();
                instant.map_or_else(skipped, |instant| instant.to_utc())
            }
        }
    }

    /// What a clock in this zone shows at that moment.
    pub(crate) fn wall(self, instant: DateTime<Utc>) -> NaiveDateTime {
        instant.naive_utc() + self.offset_at(instant)
    }

    /// How far this zone is from UTC at that moment.
    pub(crate) fn offset_at(self, instant: DateTime<Utc>) -> FixedOffset {
        match self {
            Self::Offset(offset) => offset,
            Self::Named(zone) => zone.offset_from_utc_datetime(&instant.naive_utc()).fix(),
        }
    }

    /// Reads a zone as [`Zone::name`] writes it.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        stamp::offset(name)
            .map(Self::Offset)
            .or_else(|| name.parse().ok().map(Self::Named))
    }
}

fn offset_name(offset: FixedOffset) -> String {
    let minutes = offset.local_minus_utc() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// The zone in which a camera at this place shows its time.
pub(crate) fn at_position(latitude: f64, longitude: f64) -> Option<Zone> {
    static FINDER: OnceLock<tzf_rs::DefaultFinder> = OnceLock::new();
    let finder = FINDER.get_or_init(tzf_rs::DefaultFinder::new);
    finder.get_tz_name(longitude, latitude).parse().ok().map(Zone::Named)
}

/// Tags that hold nothing but the zone of the shot. `OffsetTime` is not among them: it belongs to the last change.
pub(crate) const OFFSET_TAGS: [&str; 4] = [
    "TimeZone",
    "OffsetTimeOriginal",
    "OffsetTimeDigitized",
    "TimeZoneOffset",
];

/// Whether summer time was on, in the notes of a maker. Cameras of Nikon tell their zone without it; what Canon says of its zone
/// is not told apart from it reliably, and not asked.
pub(crate) const SUMMER_TAG: &str = "DaylightSavings";

/// The zone of a camera that tells of summer time apart.
fn from_nikon(tags: &Tags) -> Option<Zone> {
    let is_summer = tags.exact("Nikon", SUMMER_TAG)?.eq_ignore_ascii_case("yes");
    let offset = stamp::offset(tags.exact("Nikon", "TimeZone")?)?;
    let offset = if is_summer {
        stamp::an_hour_more(offset)?
    } else {
        offset
    };
    Some(Zone::Offset(offset))
}

/// The zone that a tag of its own tells.
pub(crate) fn from_offset_tags(tags: &Tags) -> Option<Zone> {
    let plain = |text: &str| {
        // `TimeZoneOffset` is a number of hours, or two of them.
        let hours = || text.split_whitespace().next()?.parse::<i32>().ok();
        stamp::offset(text)
            .or_else(|| stamp::offset_of_minutes(hours()?.checked_mul(60)?))
            .map(Zone::Offset)
    };
    let mut texts = OFFSET_TAGS.iter().flat_map(|name| tags.all(name, &["ExifIFD"]));
    from_nikon(tags).or_else(|| texts.find_map(plain))
}

/// Times of the shot that may carry a zone another of them lacks.
const ZONED_TAGS: [&str; 7] = [
    "SubSecDateTimeOriginal",
    "SubSecCreateDate",
    "DateTimeOriginal",
    "CreateDate",
    "MediaCreateDate",
    "CreationDate",
    "DateTimeCreated",
];

/// The first zone among the times of the shot. UTC does not count: programs write it when they know of none.
pub(crate) fn from_other_stamps(tags: &Tags) -> Option<Zone> {
    let stamps = ZONED_TAGS
        .iter()
        .flat_map(|name| tags.all(name, &["MWG"]))
        .filter_map(Stamp::parse);
    stamps
        .filter_map(|stamp| stamp.offset)
        .find(|offset| offset.local_minus_utc() != 0)
        .map(Zone::Offset)
}

/// How far the satellites' clock may be from the camera's for the difference to be taken as the zone.
const CLOCK_ERROR: TimeDelta = TimeDelta::minutes(3);

/// The zone as the difference between the camera's clock and the satellites'.
pub(crate) fn from_gps_clock(tags: &Tags, wall: NaiveDateTime) -> Option<Zone> {
    let utc = ["GPSDateTime", "DateTimeUTC"]
        .iter()
        .find_map(|name| Stamp::parse(tags.text(name, &[])?))?;
    let ahead = wall - utc.wall;
    let quarters = (ahead.num_seconds() + ahead.num_seconds().signum() * 450) / 900;
    let minutes = i32::try_from(quarters.checked_mul(15)?).ok()?;
    let error = (ahead - TimeDelta::minutes(minutes.into())).abs();
    stamp::offset_of_minutes(minutes)
        .filter(|_| error <= CLOCK_ERROR)
        .map(Zone::Offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(text: &str) -> NaiveDateTime {
        Stamp::parse(text).unwrap().wall
    }

    #[test]
    fn names_go_round() {
        for name in ["UTC+9", "UTC-8", "UTC+5:30", "UTC-3:30", "America/Denver", "UTC"] {
            assert_eq!(Zone::parse(name).unwrap().name(), name);
        }
        assert_eq!(Zone::parse("Nowhere/Land"), None);
    }

    #[test]
    fn positions() {
        for (latitude, longitude, name) in [
            (39.0, -108.0, "America/Denver"),
            (41.2203, -96.071_625, "America/Chicago"),
            (48.14, 11.57, "Europe/Berlin"),
            (0.0, -30.0, "Etc/GMT+2"),
        ] {
            assert_eq!(at_position(latitude, longitude).unwrap().name(), name);
        }
    }

    #[test]
    fn doubled_and_skipped_hours() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        assert_eq!(
            berlin.instant(wall("2023:10:29 02:30:00")).to_rfc3339(),
            "2023-10-29T00:30:00+00:00"
        );
        assert_eq!(
            berlin.instant(wall("2023:03:26 02:30:00")).to_rfc3339(),
            "2023-03-26T01:30:00+00:00"
        );
        assert_eq!(
            berlin.wall(berlin.instant(wall("2023:07:01 12:00:00"))),
            wall("2023:07:01 12:00:00")
        );
    }

    #[test]
    fn zones_of_tags() {
        assert_eq!(
            from_offset_tags(&Tags::of(&[("ExifIFD:OffsetTimeOriginal", "-08:00")]))
                .unwrap()
                .name(),
            "UTC-8"
        );
        assert_eq!(
            from_offset_tags(&Tags::of(&[("ExifIFD:TimeZoneOffset", "-7 -8")]))
                .unwrap()
                .name(),
            "UTC-7"
        );
        assert_eq!(from_offset_tags(&Tags::of(&[("ExifIFD:OffsetTime", "-08:00")])), None);
        for (summer, zone) in [("Yes", "UTC+2"), ("No", "UTC+1")] {
            let nikon = [("Nikon:TimeZone", "+01:00"), ("Nikon:DaylightSavings", summer)];
            assert_eq!(from_offset_tags(&Tags::of(&nikon)).unwrap().name(), zone);
            let canon = [("Canon:TimeZone", "+01:00"), ("Canon:DaylightSavings", summer)];
            assert_eq!(from_offset_tags(&Tags::of(&canon)).unwrap().name(), "UTC+1");
        }
        let tags = Tags::of(&[
            ("ExifIFD:DateTimeOriginal", "2012:08:05 11:39:59"),
            ("Composite:DateTimeCreated", "2012:08:05 11:39:59+00:00"),
        ]);
        assert_eq!(
            from_other_stamps(&tags),
            None,
            "UTC is what programs write that know no zone"
        );
    }

    #[test]
    fn the_satellites_tell_the_zone() {
        let tags = Tags::of(&[("Composite:GPSDateTime", "2019:03:21 16:04:21.01Z")]);
        assert_eq!(
            from_gps_clock(&tags, wall("2019:03:21 11:04:22")).unwrap().name(),
            "UTC-5"
        );
        assert_eq!(
            from_gps_clock(&tags, wall("2019:03:21 21:35:00")).unwrap().name(),
            "UTC+5:30"
        );
        assert_eq!(from_gps_clock(&tags, wall("2019:03:21 11:10:00")), None);
        assert_eq!(from_gps_clock(&tags, wall("2019:06:21 11:04:22")), None);
    }
}
