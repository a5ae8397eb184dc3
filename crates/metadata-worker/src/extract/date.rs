//! When a picture was taken.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc};

use super::bounds;
use super::position::Position;
use super::stamp::Stamp;
use super::zone::{self, Zone};
use crate::tags::Tags;

/// The tags that may hold the moment of the shot, best first (contract, section 8).
pub(crate) const DATE_TAGS: [&str; 11] = [
    "SubSecDateTimeOriginal",
    "SubSecCreateDate",
    "DateTimeOriginal",
    "CreationDate",
    "CreateDate",
    "MediaCreateDate",
    "DateTimeCreated",
    "GPSDateTime",
    "DateTimeUTC",
    "SonyDateTime2",
    "SourceImageCreateTime",
];

/// Tags that are in UTC by definition, whether they say so or not.
const UTC_TAGS: [&str; 2] = ["GPSDateTime", "DateTimeUTC"];

/// The moment of the shot, and the clock on the wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The moment.
    pub(crate) at: DateTime<Utc>,
    /// What a clock showed there; as UTC when the zone is not known.
    pub(crate) local: NaiveDateTime,
    /// The zone's name, when it is known.
    pub(crate) time_zone: Option<String>,
}

/// What else is known when the date is looked for.
pub(crate) struct Around {
    /// Where it was.
    pub(crate) position: Option<Position>,
    /// Videos keep their times in UTC.
    pub(crate) is_video: bool,
    /// What to take when no tag tells: the earlier of the file's own times.
    pub(crate) fallback: DateTime<Utc>,
}

/// Finds the date in tags that come from one file (the sidecar's where it has a date, else the picture's).
pub(crate) fn taken(tags: &Tags, around: &Around) -> Taken {
    let found = first(tags);
    let zone = resolve_zone(tags, around, found.map(|(_, stamp)| stamp));
    let Some((name, stamp)) = found else {
        let local = zone.unwrap_or(Zone::UTC).wall(around.fallback);
        return Taken {
            at: around.fallback,
            local,
            time_zone: zone.map(Zone::name),
        };
    };
    let utc = UTC_TAGS.contains(&name) || (around.is_video && stamp.offset.is_none());
    if utc {
        let at = stamp.wall.and_utc();
        let zone = zone.unwrap_or(Zone::UTC);
        return Taken {
            at,
            local: zone.wall(at),
            time_zone: Some(zone.name()),
        };
    }
    let Some(offset) = stamp.offset else {
        let at = zone.unwrap_or(Zone::UTC).instant(stamp.wall);
        return Taken {
            at,
            local: stamp.wall,
            time_zone: zone.map(Zone::name),
        };
    };
    // The offset written beside the time decides; a zone that agrees with it only lends its name.
    let own = Zone::Offset(offset);
    let at = own.instant(stamp.wall);
    let named = zone.filter(|zone| zone.offset_at(at) == offset).unwrap_or(own);
    Taken {
        at,
        local: stamp.wall,
        time_zone: Some(named.name()),
    }
}

/// Whether the tags hold any date of the shot.
pub(crate) fn has_date(tags: &Tags) -> bool {
    first(tags).is_some()
}

/// How far two tags may be apart that tell of the same day, one of them in another zone.
const SAME_DAY: TimeDelta = TimeDelta::days(1);

/// The best date in a year that may be. One without a time of day gives way to a time of that day, whatever tag that is in, and
/// to any in the same tag; it stays where the others tell of another day, as of the one when a print was scanned.
fn first(tags: &Tags) -> Option<(&'static str, Stamp)> {
    let this_year = Utc::now().year();
    let stamps = |name: &'static str| {
        let stamps = tags.all(name, &["MWG"]).filter_map(Stamp::parse);
        stamps
            .filter(move |stamp| bounds::is_plausible(stamp.wall.year(), this_year))
            .map(move |stamp| (name, stamp))
    };
    let (name, best) = DATE_TAGS.into_iter().find_map(|name| stamps(name).next())?;
    if !best.is_bare {
        return Some((name, best));
    }
    let mut times = DATE_TAGS
        .into_iter()
        .flat_map(stamps)
        .filter(|(_, stamp)| !stamp.is_bare);
    let is_of_that_day =
        |(other, stamp): &(&str, Stamp)| *other == name || (stamp.wall.date() - best.wall.date()).abs() <= SAME_DAY;
    Some(times.find(is_of_that_day).unwrap_or((name, best)))
}

fn resolve_zone(tags: &Tags, around: &Around, stamp: Option<Stamp>) -> Option<Zone> {
    zone::from_offset_tags(tags)
        .or_else(|| {
            around
                .position
                .and_then(|position| zone::at_position(position.latitude, position.longitude))
        })
        .or_else(|| zone::from_other_stamps(tags))
        .or_else(|| around.is_video.then_some(Zone::UTC))
        .or_else(|| zone::from_gps_clock(tags, stamp.filter(|stamp| stamp.offset.is_none())?.wall))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(
        entries: &[(&str, &str)],
        position: Option<(f64, f64)>,
        is_video: bool,
    ) -> (String, String, Option<String>) {
        let fallback = Stamp::parse("2024-03-01T10:00:00Z").unwrap().wall.and_utc();
        let position = position.map(|(latitude, longitude)| Position { latitude, longitude });
        let taken = taken(
            &Tags::of(entries),
            &Around {
                position,
                is_video,
                fallback,
            },
        );
        (
            taken.at.format("%FT%TZ").to_string(),
            taken.local.format("%FT%T").to_string(),
            taken.time_zone,
        )
    }

    fn zoned(at: &str, local: &str, zone: &str) -> (String, String, Option<String>) {
        (at.to_owned(), local.to_owned(), Some(zone.to_owned()))
    }

    #[test]
    fn each_tag_yields_to_the_one_before() {
        let all: Vec<(String, String)> = DATE_TAGS
            .iter()
            .enumerate()
            .map(|(at, name)| (format!("ExifIFD:{name}"), format!("20{:02}:01:01 00:00:00", at + 1)))
            .collect();
        for (skipped, name) in DATE_TAGS.iter().enumerate() {
            let rest: Vec<(&str, &str)> = all
                .iter()
                .skip(skipped)
                .map(|(k, v)| (k.as_str(), v.as_str()))
                .collect();
            let year = format!("20{:02}", skipped + 1);
            assert!(look(&rest, None, false).0.starts_with(&year), "{name}");
        }
    }

    #[test]
    fn a_day_alone_gives_way_to_a_time_of_that_day() {
        let local = |tags: &[(&str, &str)]| look(tags, None, false).1;
        let day = ("MWG:DateTimeOriginal", "2006:10:29");
        let iptc = ("Composite:DateTimeOriginal", "2006:10:29 06:27:51-05:00");
        assert_eq!(local(&[day, iptc]), "2006-10-29T06:27:51");
        assert_eq!(look(&[day, iptc], None, false).0, "2006-10-29T11:27:51Z");
        let created = ("Composite:DateTimeCreated", "2006:10:29 06:27:51-05:00");
        assert_eq!(local(&[day, created]), "2006-10-29T06:27:51");
        let other_zone = ("XMP-xmp:CreateDate", "2006:10:30 01:27:51+00:00");
        assert_eq!(local(&[day, other_zone]), "2006-10-30T01:27:51");
        // A print of 1985 that was scanned in 2006.
        let print = ("XMP-exif:DateTimeOriginal", "1985:06:01");
        assert_eq!(local(&[print, created]), "1985-06-01T00:00:00");
        assert_eq!(local(&[day]), "2006-10-29T00:00:00");
    }

    #[test]
    fn years_without_photographs_give_way() {
        let good = ("ExifIFD:CreateDate", "2009:03:04 05:06:09");
        let far = format!("{}:01:01 00:00:00", Utc::now().year() + 2);
        for year in [
            "0001:01:01 00:00:00",
            "1601:01:01 00:00:00",
            "1825:12:31 23:59:59",
            &far,
        ] {
            let bad = ("ExifIFD:DateTimeOriginal", year);
            assert_eq!(look(&[bad, good], None, false).1, "2009-03-04T05:06:09", "{year}");
            assert_eq!(
                look(&[bad], None, false).1,
                "2024-03-01T10:00:00",
                "{year}: as if there were none"
            );
        }
        let first = ("ExifIFD:DateTimeOriginal", "1826:06:04 12:00:00");
        assert_eq!(look(&[first, good], None, false).1, "1826-06-04T12:00:00");
    }

    #[test]
    fn summer_time_of_a_camcorder_is_in_its_offset() {
        let tags = [("H264:DateTimeOriginal", "2008:12:31 23:16:24+01:00 DST")];
        assert_eq!(
            look(&tags, None, true),
            zoned("2008-12-31T22:16:24Z", "2008-12-31T23:16:24", "UTC+1")
        );
    }

    #[test]
    fn without_a_zone_the_wall_clock_is_utc() {
        let (at, local, zone) = look(&[("ExifIFD:DateTimeOriginal", "2012:08:05 11:39:59")], None, false);
        assert_eq!(
            (at.as_str(), local.as_str(), zone),
            ("2012-08-05T11:39:59Z", "2012-08-05T11:39:59", None)
        );
    }

    #[test]
    fn the_position_names_the_zone() {
        let tags = [("ExifIFD:DateTimeOriginal", "2025:12:01 11:30:00")];
        let expected = zoned("2025-12-01T18:30:00Z", "2025-12-01T11:30:00", "America/Denver");
        assert_eq!(look(&tags, Some((39.0, -108.0)), false), expected);
        // A written offset that agrees takes the name, one that does not wins.
        let tags = [("XMP-exif:DateTimeOriginal", "2020:06:01 12:30:00+02:00")];
        let expected = zoned("2020-06-01T10:30:00Z", "2020-06-01T12:30:00", "Europe/Berlin");
        assert_eq!(look(&tags, Some((48.14, 11.57)), false), expected);
        let expected = zoned("2020-06-01T10:30:00Z", "2020-06-01T12:30:00", "UTC+2");
        assert_eq!(look(&tags, Some((39.0, -108.0)), false), expected);
    }

    #[test]
    fn another_stamp_lends_its_zone() {
        let tags = [
            ("ExifIFD:DateTimeOriginal", "2007:12:06 14:33:18"),
            ("XMP-xmp:CreateDate", "2008:12:14 23:50:20+09:00"),
        ];
        assert_eq!(
            look(&tags, None, false),
            zoned("2007-12-06T05:33:18Z", "2007-12-06T14:33:18", "UTC+9")
        );
    }

    #[test]
    fn videos_keep_utc_and_are_shown_in_the_zone_of_their_place() {
        let tags = [("QuickTime:CreateDate", "2024:01:13 05:38:55")];
        assert_eq!(
            look(&tags, None, true),
            zoned("2024-01-13T05:38:55Z", "2024-01-13T05:38:55", "UTC")
        );
        let expected = zoned("2024-01-13T05:38:55Z", "2024-01-12T22:38:55", "America/Denver");
        assert_eq!(look(&tags, Some((39.0, -108.0)), true), expected);
        let tags = [("QuickTime:CreateDate", "0000:00:00 00:00:00")];
        assert_eq!(
            look(&tags, None, true),
            zoned("2024-03-01T10:00:00Z", "2024-03-01T10:00:00", "UTC")
        );
    }
}
