//! Decoded pictures on the line.

use super::SECOND;

/// The least time between two pictures: the finest unit in which an MP4 of ours tells them apart for certain.
const LEAST: i64 = SECOND / 1_000;

/// What is taken for the duration of a picture where nobody tells.
const STEP: i64 = SECOND / 25;

/// Gives each picture a time after that of the one before it, and a duration.
#[derive(Debug, Clone)]
pub(crate) struct Pictures {
    step: i64,
    last: Option<i64>,
}

impl Pictures {
    /// For a stream of so many pictures in a second, `n / d`, where that is known.
    pub(crate) fn new(rate: Option<(u32, u32)>) -> Self {
        let step = rate.map(|(n, d)| i64::from(d) * SECOND / i64::from(n).max(1));
        Self {
            step: step.filter(|step| (LEAST..=10 * SECOND).contains(step)).unwrap_or(STEP),
            last: None,
        }
    }

    /// How long a picture is taken to be shown of which nothing is told.
    pub(crate) const fn step(&self) -> i64 {
        self.step
    }

    /// When the next picture is shown and for how long, by what the decoder says of it.
    pub(crate) fn place(&mut self, pts: Option<i64>, duration: i64) -> (i64, i64) {
        let duration = if duration > 0 { duration } else { self.step };
        let at = match (pts, self.last) {
            (Some(pts), None) => pts,
            (Some(pts), Some(last)) => pts.max(last.saturating_add(LEAST)),
            (None, Some(last)) => last.saturating_add(self.step),
            (None, None) => 0,
        };
        self.last = Some(at);
        (at, duration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: i64 = 1_000_000;

    #[test]
    fn pictures_go_forward() {
        let mut pictures = Pictures::new(Some((50, 1)));
        let mut at = |pts: Option<i64>| pictures.place(pts.map(|ms| ms * MS), 0).0 / MS;
        assert_eq!(at(Some(-20)), -20);
        assert_eq!(at(None), 0);
        assert_eq!(at(Some(40)), 40);
        assert_eq!(at(Some(40)), 41, "two at once");
        assert_eq!(at(Some(10)), 42, "one that goes back");
        assert_eq!(at(Some(80)), 80);
    }

    #[test]
    fn every_picture_has_a_duration() {
        assert_eq!(Pictures::new(None).place(None, 0), (0, 40 * MS));
        assert_eq!(Pictures::new(Some((10, 1))).place(Some(0), 0), (0, 100 * MS));
        assert_eq!(Pictures::new(Some((10, 1))).place(Some(0), 7), (0, 7));
        assert_eq!(
            Pictures::new(Some((90_000, 1))).place(None, 0),
            (0, 40 * MS),
            "a rate that is none"
        );
    }
}
