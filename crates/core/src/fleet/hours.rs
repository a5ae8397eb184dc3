use std::fmt;
use std::str::FromStr;

use chrono::NaiveTime;

/// Times of the day between which a node works, such as `22:00-07:00`: from the first on, up to the second; over midnight
/// where the first is the later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    from: NaiveTime,
    until: NaiveTime,
}

/// A text is not like `22:00-07:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("hours are two different times of the day, such as 22:00-07:00")]
pub struct HoursError;

impl Hours {
    /// Whether the node works at this time of the day.
    pub fn contain(self, time: NaiveTime) -> bool {
        if self.from < self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }
}

impl FromStr for Hours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let (from, until) = text.split_once('-').ok_or(HoursError)?;
        let time = |word: &str| NaiveTime::parse_from_str(word.trim(), "%H:%M").map_err(|_| HoursError);
        let hours = Self {
            from: time(from)?,
            until: time(until)?,
        };
        if hours.from == hours.until {
            return Err(HoursError);
        }
        Ok(hours)
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from.format("%H:%M"), self.until.format("%H:%M"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn works(hours: &str, at: &str) -> bool {
        hours.parse::<Hours>().unwrap().contain(at.parse().unwrap())
    }

    #[test]
    fn a_night_goes_over_midnight() {
        for at in ["22:00:00", "23:59:59", "00:00:00", "06:59:59"] {
            assert!(works("22:00-07:00", at), "{at}");
        }
        for at in ["07:00:00", "12:00:00", "21:59:59"] {
            assert!(!works("22:00-07:00", at), "{at}");
        }
    }

    #[test]
    fn a_day_does_not() {
        assert!(works("09:30-17:00", "09:30:00") && works("09:30-17:00", "16:59:59"));
        assert!(!works("09:30-17:00", "09:29:59") && !works("09:30-17:00", "17:00:00"));
    }

    #[test]
    fn they_are_written_with_two_digits_and_other_texts_are_refused() {
        assert_eq!("9:30 - 17:05".parse::<Hours>().unwrap().to_string(), "09:30-17:05");
        for wrong in [
            "",
            "22:00",
            "22-07",
            "24:00-07:00",
            "10:00-10:00",
            "a-b",
            "22:00-07:00-08:00",
        ] {
            assert_eq!(wrong.parse::<Hours>(), Err(HoursError), "{wrong}");
        }
    }
}
