//! Moments with their offset, and days.

use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use regex::Regex;
use serde_json::Value;

use super::{
    issue::{Issue, type_of},
    rule::{Place, Rule},
    text::{format_issue, literal_regex},
};

/// A day that exists, `YYYY-MM-DD`.
const DATE: &str = r"/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$/";

/// An ISO 8601 moment with `Z` or an offset; seconds may be left out.
const INSTANT: &str = r"/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|([+-](?:[01]\d|2[0-3]):[0-5]\d)))$/";

static INSTANT_REGEX: LazyLock<Option<Regex>> = LazyLock::new(|| literal_regex(INSTANT));

/// A moment, with the offset it was written in.
pub fn instant() -> Instant {
    Instant
}

/// See [`instant`].
pub struct Instant;

impl Rule for Instant {
    type Out = DateTime<Utc>;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<Self::Out> {
        let text = checked(value, "ISO 8601 datetime string", at)?;
        let moment = INSTANT_REGEX
            .as_ref()
            .filter(|regex| regex.is_match(text))
            .and_then(|_| parse_instant(text));
        if moment.is_none() {
            let message = "Invalid input: expected ISO 8601 datetime string, received string".to_owned();
            at.report(format_issue("datetime", INSTANT, message));
        }
        moment.map(|moment| moment.to_utc())
    }
}

/// Reads what the pattern lets through; chrono insists on seconds, clients may leave them out.
fn parse_instant(text: &str) -> Option<DateTime<FixedOffset>> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment);
    }
    let (minutes, zone) = text.split_at_checked("2024-01-01T00:00".len())?;
    DateTime::parse_from_rfc3339(&format!("{minutes}:00{zone}")).ok()
}

/// A day, `YYYY-MM-DD`.
pub fn date() -> Date {
    Date
}

/// See [`date`].
pub struct Date;

impl Rule for Date {
    type Out = NaiveDate;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<NaiveDate> {
        let expected = "ISO date string (YYYY-MM-DD)";
        let text = checked(value, expected, at)?;
        // The parser of the library takes more spellings (signs, one digit) and other years.
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .filter(|day| day.to_string() == text && text.len() == 10);
        if day.is_none() {
            at.report(format_issue(
                "date",
                DATE,
                format!("Invalid input: expected {expected}, received string"),
            ));
        }
        day
    }
}

/// The value as a string, or the issue that names what was expected instead.
fn checked<'v>(value: Option<&'v Value>, expected: &str, at: &mut Place<'_>) -> Option<&'v str> {
    if let Some(Value::String(text)) = value {
        return Some(text);
    }
    at.report(Issue::wrong_type("string", expected, type_of(value)));
    None
}
