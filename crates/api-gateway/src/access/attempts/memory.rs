//! The counts of one gateway, in its own memory.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{
    AttemptLimits,
    count::{Count, Tally, millis},
};

/// So many counts at most, by their names.
pub(super) struct Memory {
    most: usize,
    began: Instant,
    tallies: Mutex<HashMap<String, Tally>>,
}

impl Memory {
    /// Nothing is counted yet.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            began: Instant::now(),
            tallies: Mutex::default(),
        }
    }

    /// Counts an attempt everywhere, or nowhere and returns how long to wait. What it gives is for [`Memory::give_back`].
    pub(super) fn begin(&self, counts: &[Count], limits: &AttemptLimits) -> Result<Vec<u64>, Duration> {
        // One later than the clock says: no pause ends at 0, which stands for none.
        let now = millis(self.began.elapsed()).saturating_add(1);
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |name: &str| {
            let tally = tallies.get(name).filter(|tally| tally.forgotten > now);
            tally.copied().unwrap_or_default()
        };
        let mut after: Vec<Tally> = counts.iter().map(|count| known(&count.name)).collect();
        let waits = counts.iter().zip(&after).map(|(count, tally)| tally.wait(count, now));
        let wait = waits.max().unwrap_or_default();
        if wait > 0 {
            return Err(Duration::from_millis(wait));
        }
        for (count, tally) in counts.iter().zip(&mut after) {
            tally.add(count, limits.pause, limits.memory, now);
            if tallies.len() >= self.most && !tallies.contains_key(&count.name) {
                make_room(&mut tallies, now);
            }
            tallies.insert(count.name.clone(), *tally);
        }
        Ok(after.iter().map(|tally| tally.next).collect())
    }

    /// Takes an attempt back that has set these moments.
    pub(super) fn give_back(&self, counts: &[Count], own: &[u64]) {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        for (count, own) in counts.iter().zip(own) {
            let Some(tally) = tallies.get_mut(&count.name) else {
                continue;
            };
            tally.take_back(*own);
            if tally.wrong == 0 {
                tallies.remove(&count.name);
            }
        }
    }
}

/// Drops what is forgotten; else the smallest counts, so that nobody gets rid of a large one by making many.
fn make_room(tallies: &mut HashMap<String, Tally>, now: u64) {
    let before = tallies.len();
    tallies.retain(|_, tally| tally.forgotten > now);
    if tallies.len() < before {
        return;
    }
    let smallest = tallies.values().map(|tally| tally.wrong).min().unwrap_or_default();
    // An eighth of them at once, so that this is not done for each.
    let mut quota = before / 8 + 1;
    tallies.retain(|_, tally| {
        let goes = quota > 0 && tally.wrong == smallest;
        quota -= usize::from(goes);
        !goes
    });
}

#[cfg(test)]
mod tests {
    use safelight_core::config::Env;

    use super::*;

    fn limits(pairs: &[(&'static str, &'static str)]) -> AttemptLimits {
        AttemptLimits::from_env(&Env::of(pairs.iter().copied())).unwrap()
    }

    #[test]
    fn an_attempt_counts_everywhere_or_nowhere() {
        let limits = limits(&[("SAFELIGHT_ATTEMPTS", "1"), ("SAFELIGHT_ATTEMPTS_NETWORK", "5")]);
        let memory = Memory::new(100);
        let counts = [limits.here("a".into()), limits.network("n".into())];
        let first = memory.begin(&counts, &limits).unwrap();
        assert!(memory.begin(&counts, &limits).unwrap_err() <= Duration::from_secs(1));
        assert_eq!(memory.tallies.lock().unwrap()["n"].wrong, 1);
        memory.give_back(&counts, &first);
        assert!(memory.tallies.lock().unwrap().is_empty());
    }

    #[test]
    fn many_small_counts_do_not_push_out_a_large_one() {
        let limits = limits(&[]);
        let memory = Memory::new(16);
        for _ in 0..5 {
            memory.begin(&[limits.here("large".into())], &limits).unwrap();
        }
        for number in 0..1_000 {
            memory.begin(&[limits.here(number.to_string())], &limits).unwrap();
        }
        let tallies = memory.tallies.lock().unwrap();
        assert!(tallies.len() <= 16, "{}", tallies.len());
        assert_eq!(tallies["large"].wrong, 5);
    }
}
