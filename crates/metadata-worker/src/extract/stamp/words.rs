//! Dates with the month as a word, in whatever order: `Tue Jul 13 12:33:21 2004` (C), `Tue, 13 Jul 2004 12:33:21 +0200` (mail),
//! `13-JUL-2004 12:33`.

use chrono::NaiveDate;

use super::super::bounds::YEARS;
use super::Stamp;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// No date has more words.
const MOST_WORDS: usize = 8;

/// Reads a time whose month is a word. Before its clock there is no other word but the day of the week.
pub(super) fn parse(text: &str) -> Option<Stamp> {
    let (mut year, mut month, mut day, mut clock) = (None, None, None, String::new());
    let is_gap = |c: char| c.is_whitespace() || c == ',';
    for word in text.split(is_gap).filter(|word| !word.is_empty()).take(MOST_WORDS) {
        if word.contains(':') || !clock.is_empty() && !is_year(word) {
            clock.push(' ');
            clock.push_str(word);
            continue;
        }
        for part in word.split(['-', '/', '.']).filter(|part| !part.is_empty()) {
            match part.parse::<u32>() {
                Ok(number) if is_year(part) => year = year.or(i32::try_from(number).ok()),
                Ok(number) => day = day.or(Some(number)),
                Err(_) if named(part, &DAYS).is_some() => {}
                Err(_) => month = month.or(Some(named(part, &MONTHS)?)),
            }
        }
    }
    let month = u32::try_from(month?).ok()? + 1;
    let date = NaiveDate::from_ymd_opt(year.filter(|year| YEARS.contains(year))?, month, day?)?;
    Stamp::at(date, clock.trim_start())
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Which of these names a word begins with.
fn named(word: &str, names: &[&str]) -> Option<usize> {
    let short = word.get(..3)?.to_ascii_lowercase();
    names.iter().position(|name| *name == short)
}
