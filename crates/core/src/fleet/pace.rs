//! How often a node beats.

use std::time::Duration;

use tokio::time::Instant;

/// Ticks in the time between two beats.
const TICKS: u32 = 2;
/// The same of a node at rest that has to connect for each of them. One beat of it that fails leaves it heard of in time: the next
/// one begins at most half a lease later.
const TICKS_AT_REST: u32 = 3;

/// Tells on each tick whether it is time for a beat.
#[derive(Debug)]
pub(super) struct Pace {
    tick: Duration,
    last: Option<Instant>,
}

impl Pace {
    /// Beats come `interval` apart; the first one is due.
    pub(super) fn new(interval: Duration) -> Self {
        Self {
            tick: interval / TICKS,
            last: None,
        }
    }

    /// The time between two ticks.
    pub(super) const fn tick(&self) -> Duration {
        self.tick
    }

    /// Whether a beat is due, for a node that is `at_rest` without a connection or not. Then it is taken to begin.
    pub(super) fn is_due(&mut self, now: Instant, at_rest: bool) -> bool {
        let ticks = if at_rest { TICKS_AT_REST } else { TICKS };
        // No tick comes to the very moment.
        let wait = (self.tick * ticks).saturating_sub(self.tick / 2);
        let is_due = self.last.is_none_or(|last| now.duration_since(last) >= wait);
        if is_due {
            self.last = Some(now);
        }
        is_due
    }

    /// The next tick brings a beat.
    pub(super) fn hurry(&mut self) {
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The beats of twelve ticks, by their numbers.
    fn beats(is_at_rest: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut pace = Pace::new(Duration::from_millis(2_500));
        let (begin, tick) = (Instant::now(), pace.tick());
        (0..12)
            .filter(|number| pace.is_due(begin + tick * *number, is_at_rest(*number)))
            .collect()
    }

    #[test]
    fn who_has_a_connection_or_a_lease_beats_more_often() {
        assert_eq!(beats(|_| false), [0, 2, 4, 6, 8, 10]);
        assert_eq!(beats(|_| true), [0, 3, 6, 9]);
        // A job came between two beats.
        assert_eq!(beats(|number| number < 5), [0, 3, 5, 7, 9, 11]);
    }

    #[test]
    fn a_tick_may_be_a_little_early_and_a_beat_may_be_hurried() {
        let mut pace = Pace::new(Duration::from_secs(2));
        let begin = Instant::now();
        assert!(pace.is_due(begin, false));
        assert!(pace.is_due(begin + Duration::from_millis(1_999), false));
        assert!(!pace.is_due(begin + Duration::from_millis(2_999), false));
        pace.hurry();
        assert!(pace.is_due(begin + Duration::from_millis(3_000), false));
    }
}
