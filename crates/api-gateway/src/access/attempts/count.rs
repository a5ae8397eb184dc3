//! One count of wrong attempts: so many are free, then pauses that double.

use std::time::Duration;

/// Which count, and its limits.
#[derive(Clone, Debug)]
pub(super) struct Count {
    /// Its name.
    pub(super) name: String,
    /// So many attempts need no pause.
    pub(super) free: u32,
    /// The longest pause.
    pub(super) longest: Duration,
}

/// What is known of a count. Times are milliseconds of a clock that never goes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Attempts that were wrong, or are being looked at.
    pub(super) wrong: u32,
    /// No further one before this moment.
    pub(super) next: u64,
    /// When it is forgotten.
    pub(super) forgotten: u64,
}

impl Tally {
    /// How long an attempt has to wait; zero where it may be made now.
    pub(super) fn wait(&self, count: &Count, now: u64) -> u64 {
        if self.wrong < count.free {
            return 0;
        }
        self.next.saturating_sub(now)
    }

    /// Counts an attempt that is made now. `first` is the first pause.
    pub(super) fn add(&mut self, count: &Count, first: Duration, memory: Duration, now: u64) {
        self.wrong = self.wrong.saturating_add(1);
        self.next = match self.wrong.checked_sub(count.free) {
            Some(beyond) => now + pause(first, beyond, count.longest),
            None => 0,
        };
        self.forgotten = now + millis(memory);
    }

    /// Takes back an attempt that had set `next` to `own`. What another attempt has set since stays.
    pub(super) fn take_back(&mut self, own: u64) {
        self.wrong = self.wrong.saturating_sub(1);
        if self.next == own {
            self.next = 0;
        }
    }
}

/// The pause after so many attempts beyond the free ones.
fn pause(first: Duration, beyond: u32, longest: Duration) -> u64 {
    let factor = 1_u64.checked_shl(beyond.min(63)).unwrap_or(u64::MAX);
    millis(first).saturating_mul(factor).min(millis(longest))
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn count(free: u32) -> Count {
        Count {
            name: String::new(),
            free,
            longest: Duration::from_secs(60),
        }
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let (count, mut tally, mut now) = (count(2), Tally::default(), 1_000_000);
        let mut waits = Vec::new();
        for _ in 0..10 {
            waits.push(tally.wait(&count, now) / 1_000);
            now += tally.wait(&count, now);
            tally.add(&count, SECOND, SECOND * 3_600, now);
        }
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
    }

    #[test]
    fn one_that_was_right_leaves_things_as_they_were() {
        let (count, mut tally) = (count(1), Tally::default());
        tally.add(&count, SECOND, SECOND, 0);
        tally.add(&count, SECOND, SECOND, 5_000);
        assert_eq!((tally.wrong, tally.wait(&count, 5_000)), (2, 2_000));
        tally.take_back(tally.next);
        assert_eq!((tally.wrong, tally.wait(&count, 5_000)), (1, 0));
    }

    #[test]
    fn one_that_was_right_does_not_shorten_the_pause_of_another() {
        let (count, mut tally) = (count(1), Tally::default());
        tally.add(&count, SECOND, SECOND, 0);
        let own = tally.next;
        tally.add(&count, SECOND, SECOND, 1_000);
        tally.take_back(own);
        assert_eq!(tally.wait(&count, 1_000), 2_000);
    }
}
