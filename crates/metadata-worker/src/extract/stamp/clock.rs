//! Clocks: `11:39`, `11:39:59`, `11:39:59.18`, `113959`, `11:39:59 PM`.

use chrono::TimeDelta;

/// Which half of the day a clock of twelve hours shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Morning,
    Afternoon,
}

/// The clock at the front, and what follows it.
pub(super) fn split(text: &str) -> (&str, &str) {
    let is_clock = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',');
    let end = text.find(|c: char| !is_clock(c)).unwrap_or(text.len());
    text.split_at(end)
}

/// `AM` and `PM` at the front, and what follows.
pub(super) fn half_of_day(text: &str) -> (Option<Half>, &str) {
    let half = match text.get(..2).map(str::to_ascii_uppercase).as_deref() {
        Some("AM") => Half::Morning,
        Some("PM") => Half::Afternoon,
        _ => return (None, text),
    };
    (Some(half), text.get(2..).unwrap_or_default().trim_start())
}

/// How long after midnight a clock shows this. `24:00:00` is the midnight after; a second that was put in (`:60`) is the first
/// of the next minute, which has no other name here. The fraction is cut at milliseconds, the precision of the API.
pub(super) fn since_midnight(clock: &str, half: Option<Half>) -> Option<TimeDelta> {
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, ""));
    let [hour, minute, second] = fields(clock)?;
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(Half::Morning) => hour % 12,
        Some(Half::Afternoon) => hour % 12 + 12,
    };
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let is_midnight = (hour, minute, second, millis) == (24, 0, 0, 0);
    let is_clock = hour < 24 && minute < 60 && second <= 60;
    (is_midnight || is_clock).then(|| TimeDelta::milliseconds(((hour * 60 + minute) * 60 + second) * 1_000 + millis))
}

/// Hour, minute and second; a clock may do without seconds.
fn fields(clock: &str) -> Option<[i64; 3]> {
    if !clock.contains(':') {
        // The short form of ISO 8601.
        let pair = |from: usize| clock.get(from..from + 2)?.parse().ok();
        return match clock.len() {
            6 => Some([pair(0)?, pair(2)?, pair(4)?]),
            4 => Some([pair(0)?, pair(2)?, 0]),
            _ => None,
        };
    }
    let mut parts = clock.split(':').map(|part| {
        let is_short = matches!(part.len(), 1..=2);
        is_short.then(|| part.parse::<i64>().ok())?
    });
    let fields = [parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?];
    parts.next().is_none().then_some(fields)
}
