//! Times as files spell them: `2012:08:05 11:39:59.18+02:00`, `2020-06-01T12:30:00Z`, `2023:02:02`,
//! `Tue Jul 13 12:33:21 2004`.

mod clock;
mod words;

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

use super::bounds::YEARS;

/// A wall clock, with the offset from UTC when the file told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// What a clock on the wall showed, to the millisecond.
    pub(crate) wall: NaiveDateTime,
    /// How far that clock was ahead of UTC.
    pub(crate) offset: Option<FixedOffset>,
    /// Only the day was told; the clock shows midnight.
    pub(crate) is_bare: bool,
}

impl Stamp {
    /// Reads a time; none when it is not one (`0000:00:00 00:00:00`, the 30th of February, blanks).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.starts_with(|c: char| c.is_ascii_digit()) {
            return words::parse(text);
        }
        let Some((date, rest)) = date(text) else {
            return words::parse(text);
        };
        if rest.is_empty() {
            return Some(Self::bare(date));
        }
        let clock = rest.trim_start_matches(['T', 't', ' ', ',']);
        if clock.len() == rest.len() {
            return None;
        }
        Self::at(date, clock)
    }

    /// A day without a clock.
    fn bare(date: NaiveDate) -> Self {
        Self {
            wall: date.and_time(NaiveTime::MIN),
            offset: None,
            is_bare: true,
        }
    }

    /// A day with a clock and, perhaps, a zone behind it. What stands there and is no zone is not asked for one.
    fn at(date: NaiveDate, clock: &str) -> Option<Self> {
        if clock.trim().is_empty() {
            return Some(Self::bare(date));
        }
        let (clock, rest) = clock::split(clock);
        let rest = rest.trim();
        let (half, rest) = clock::half_of_day(rest);
        let since_midnight = clock::since_midnight(clock, half)?;
        let wall = date.and_time(NaiveTime::MIN).checked_add_signed(since_midnight)?;
        Some(Self {
            wall,
            offset: Some(rest).filter(|rest| !rest.is_empty()).and_then(offset),
            is_bare: false,
        })
    }
}

/// The day at the front, and what follows it: `2012:08:05`, `2012-8-5`, `2012/08/05`, `2012: 8: 5`, `20120805`.
fn date(text: &str) -> Option<(NaiveDate, &str)> {
    let (year, rest) = digits(text);
    if year.len() == 8 {
        let (year, day) = year.split_at(4);
        let (month, day) = day.split_at(2);
        return Some((day_of(year, month, day)?, rest));
    }
    let after = |rest: &'_ str| -> Option<usize> {
        let separator = rest.strip_prefix([':', '-', '/', '.'])?;
        // Some cameras pad with a blank.
        Some(rest.len() - separator.strip_prefix(' ').unwrap_or(separator).len())
    };
    let rest = rest.get(after(rest)?..)?;
    let (month, rest) = digits(rest);
    let rest = rest.get(after(rest)?..)?;
    let (day, rest) = digits(rest);
    let lengths = (year.len(), month.len(), day.len());
    let date = matches!(lengths, (4, 1..=2, 1..=2)).then(|| day_of(year, month, day))?;
    Some((date?, rest))
}

/// The digits at the front, and the rest.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

fn day_of(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let year: i32 = year.parse().ok()?;
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?).filter(|_| YEARS.contains(&year))
}

/// `Z`, `UTC`, `+02:00`, `-0800`, `+9`, `UTC+5:30`, `+01:00 DST`: an offset in use somewhere (quarters of an hour up to 14
/// hours). A note that it is that of summer time says nothing more: it is in the number already.
pub(crate) fn offset(text: &str) -> Option<FixedOffset> {
    let text = text.trim();
    let text = text.strip_suffix("DST").map_or(text, str::trim_end);
    let text = text
        .strip_prefix("UTC")
        .or_else(|| text.strip_prefix("GMT"))
        .unwrap_or(text)
        .trim_start();
    if matches!(text, "" | "Z" | "z") {
        return FixedOffset::east_opt(0);
    }
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, text.get(1..)?),
        b'-' => (-1, text.get(1..)?),
        _ => (-1, text.strip_prefix('\u{2212}')?),
    };
    let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
        // Seconds, which no clock of today has, may follow.
        (Some((hours, minutes)), _) => (hours, minutes.strip_suffix(":00").unwrap_or(minutes)),
        (None, 4) => digits.split_at_checked(2)?,
        (None, _) => (digits, "0"),
    };
    let number = |digits: &str| {
        let is_short = matches!(digits.len(), 1..=2) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_short.then(|| digits.parse::<i32>().ok())?
    };
    offset_of_minutes(sign * (number(hours)? * 60 + number(minutes)?))
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

/// An offset that is an hour more.
pub(crate) fn an_hour_more(offset: FixedOffset) -> Option<FixedOffset> {
    offset_of_minutes(offset.local_minus_utc() / 60 + 60)
}

#[cfg(test)]
mod tests;
