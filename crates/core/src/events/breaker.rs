use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many commands without an answer, one begun after the other had failed, and Redis is left alone. The first may have met
/// nothing worse than a connection that was cut.
const TRIES: u32 = 2;
/// For how long: less than the time between two beats, at which everybody looks for work anyway.
const REST: Duration = Duration::from_secs(2);

/// Keeps a Redis that does not answer from costing the deadline of a command each time. After [`TRIES`] failures nothing is
/// sent for [`REST`]; then one command is let through to see, while all others go on without.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// In a row.
    failures: u32,
    rests_until: Option<Instant>,
}

/// The right to send one command.
#[derive(Debug, Clone, Copy)]
pub(super) struct Admitted {
    failures: u32,
}

/// What a command meant for the breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    None,
    /// From now on nothing is sent for a while.
    Opened,
    /// Redis answers again.
    Closed,
}

impl Breaker {
    /// Whether a command may be sent.
    pub(super) fn admit(&self, now: Instant) -> Option<Admitted> {
        let mut state = self.lock();
        if let Some(until) = state.rests_until {
            if now < until {
                return None;
            }
            // The others wait for what becomes of this one.
            state.rests_until = Some(now + REST);
        }
        Some(Admitted {
            failures: state.failures,
        })
    }

    /// Notes whether the command was answered.
    pub(super) fn note(&self, now: Instant, admitted: Admitted, answered: bool) -> Change {
        let mut state = self.lock();
        if answered {
            let was_open = state.rests_until.is_some();
            *state = State::default();
            return if was_open { Change::Closed } else { Change::None };
        }
        // Of many that failed together, one counts.
        if admitted.failures != state.failures {
            return Change::None;
        }
        state.failures += 1;
        if state.failures < TRIES {
            return Change::None;
        }
        let was_open = state.rests_until.replace(now + REST).is_some();
        if was_open { Change::None } else { Change::Opened }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_two_failures_in_a_row_and_lets_one_try_at_a_time() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        let together = [breaker.admit(now).unwrap(), breaker.admit(now).unwrap()];
        for admitted in together {
            assert_eq!(breaker.note(now, admitted, false), Change::None, "they failed together");
        }
        let next = breaker.admit(now).unwrap();
        assert_eq!(breaker.note(now, next, false), Change::Opened);
        assert!(breaker.admit(now).is_none());
        let later = now + REST;
        let trial = breaker.admit(later).unwrap();
        assert!(breaker.admit(later).is_none(), "one at a time");
        assert_eq!(breaker.note(later, trial, false), Change::None);
        assert!(breaker.admit(later).is_none());
        let later = later + REST;
        let trial = breaker.admit(later).unwrap();
        assert_eq!(breaker.note(later, trial, true), Change::Closed);
        assert!(breaker.admit(later).is_some() && breaker.admit(later).is_some());
    }

    #[test]
    fn an_answer_forgets_a_failure() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..5 {
            let failed = breaker.admit(now).unwrap();
            assert_eq!(breaker.note(now, failed, false), Change::None);
            let answered = breaker.admit(now).unwrap();
            assert_eq!(breaker.note(now, answered, true), Change::None);
        }
    }
}
