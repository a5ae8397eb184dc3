//! Times as files spell them: `2012:08:05 11:39:59.18+02:00`, `2020-06-01T12:30:00Z`, `2023:02:02`.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::bounds::YEARS;

/// A wall clock, with the offset from UTC when the file told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// What a clock on the wall showed, to the millisecond.
    pub(crate) wall: NaiveDateTime,
    /// How far that clock was ahead of UTC.
    pub(crate) offset: Option<FixedOffset>,
}

impl Stamp {
    /// Reads a time; none when it is not one (`0000:00:00 00:00:00`, the 30th of February, blanks).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let date = date(text.get(..10)?)?;
        let rest = text.get(10..)?.trim_start_matches(['T', ' ']);
        if rest.is_empty() {
            return Some(Self {
                wall: date.and_time(NaiveTime::MIN),
                offset: None,
            });
        }
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.')))
            .unwrap_or(rest.len());
        let time = time(rest.get(..end)?)?;
        let zone = rest.get(end..)?.trim();
        let offset = if zone.is_empty() { None } else { Some(offset(zone)?) };
        Some(Self {
            wall: date.and_time(time),
            offset,
        })
    }
}

fn date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split([':', '-']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    let year: i32 = year.parse().ok()?;
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?).filter(|_| YEARS.contains(&year))
}

/// `11:39`, `11:39:59` or `11:39:59.18`; the fraction is cut at milliseconds, the precision of the API.
fn time(text: &str) -> Option<NaiveTime> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = clock.split(':');
    let hour = parts.next()?.parse().ok()?;
    let minute = parts.next()?.parse().ok()?;
    let second = parts.next().map_or(Some(0), |second| second.parse().ok())?;
    if parts.next().is_some() {
        return None;
    }
    let millis: u32 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    NaiveTime::from_hms_opt(hour, minute, second)?.with_nanosecond(millis * 1_000_000)
}

/// `Z`, `UTC`, `+02:00`, `-0800`, `+9`, `UTC+5:30`: an offset in use somewhere (quarters of an hour up to 14 hours).
pub(crate) fn offset(text: &str) -> Option<FixedOffset> {
    let text = text.trim();
    let text = text
        .strip_prefix("UTC")
        .or_else(|| text.strip_prefix("GMT"))
        .unwrap_or(text);
    if matches!(text, "" | "Z" | "z") {
        return FixedOffset::east_opt(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = text.get(1..)?;
    let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
        (Some(parts), _) => parts,
        (None, 4) => digits.split_at_checked(2)?,
        (None, _) => (digits, "0"),
    };
    let minutes: i32 = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
    offset_of_minutes(sign * minutes)
}

/// The offset of so many minutes, if any clock runs like that.
pub(crate) fn offset_of_minutes(minutes: i32) -> Option<FixedOffset> {
    let known = minutes.abs() <= 14 * 60 && minutes % 15 == 0;
    if known {
        FixedOffset::east_opt(minutes * 60)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        let stamp = Stamp::parse(text)?;
        let zone = stamp.offset.map(|offset| offset.to_string()).unwrap_or_default();
        Some(format!("{}{zone}", stamp.wall.format("%FT%T%.3f")))
    }

    #[test]
    fn every_spelling() {
        for (text, expected) in [
            ("2012:08:05 11:39:59", "2012-08-05T11:39:59.000"),
            ("2022:03:31 11:31:56.18", "2022-03-31T11:31:56.180"),
            ("2025:06:01 16:59:26.023460", "2025-06-01T16:59:26.023"),
            ("2020-06-01T12:30:00.000+02:00", "2020-06-01T12:30:00.000+02:00"),
            ("2022:01:10 21:15:33.519Z", "2022-01-10T21:15:33.519+00:00"),
            ("2007:12:06 14:33:18 -0800", "2007-12-06T14:33:18.000-08:00"),
            ("2020:01:01 12:30", "2020-01-01T12:30:00.000"),
            ("2023:02:02", "2023-02-02T00:00:00.000"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_time() {
        for text in [
            "",
            "0000:00:00 00:00:00",
            "2023:02:30 10:00:00",
            "    :  :     :  :  ",
            "2010",
            "9999:12:31 23:59:59",
            "2020:01:01 25:00:00",
            "äöüß:01:01",
        ] {
            assert_eq!(Stamp::parse(text), None, "{text}");
        }
        assert_eq!(offset("+02:07"), None);
        assert_eq!(offset("Mars"), None);
        assert_eq!(offset("UTC+5:30").unwrap().local_minus_utc(), 19_800);
    }
}
