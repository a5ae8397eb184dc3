//! What happens when: a pure function of the seed and the length.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::fault::{Fault, Subject};

/// One fault of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Planned {
    /// When it begins, from the start of the campaign.
    pub(super) at: Duration,
    /// How long it lasts.
    pub(super) lasts: Duration,
    pub(super) fault: Fault,
    pub(super) subject: Subject,
    /// A number for what is left to chance in it.
    pub(super) chance: u64,
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (at, lasts) = (self.at.as_secs_f64(), self.lasts.as_secs_f64());
        write!(
            f,
            "{} ({:?}) at {at:.1} s for {lasts:.1} s",
            self.fault.name(),
            self.subject
        )
    }
}

/// The system works undisturbed for so long at first.
const QUIET_FIRST: u64 = 4_000;
/// And what was hurt is left alone for so long at least.
const REST: u64 = 1_500;
/// Between the beginnings of two faults.
const GAP: RangeInclusive<u64> = 800..=5_500;
/// The last fault begins so long before the end.
const LAST: u64 = 8_000;

/// The faults of a campaign in the order in which they begin. Each kind comes once before any comes again; several may be in
/// force at once, but not to the same part.
pub(super) fn plan(seed: u64, length: Duration) -> Vec<Planned> {
    let mut chance = Chance(seed);
    let mut deck: Vec<Fault> = Vec::new();
    let mut planned: Vec<(u64, Planned)> = Vec::new();
    let mut at = QUIET_FIRST;
    let end = u64::try_from(length.as_millis())
        .unwrap_or(u64::MAX)
        .saturating_sub(LAST);
    while at < end {
        if deck.is_empty() {
            deck = chance.shuffled();
        }
        let free = |subject: Subject| {
            !planned
                .iter()
                .any(|(over, other)| other.subject == subject && *over > at)
        };
        let next = deck.iter().enumerate().find_map(|(index, fault)| {
            let subject = fault.subject(|count| chance.below(count));
            free(subject).then_some((index, *fault, subject))
        });
        if let Some((index, fault, subject)) = next {
            deck.remove(index);
            let lasts = chance.within(fault.lasts());
            let one = Planned {
                at: Duration::from_millis(at),
                lasts: Duration::from_millis(lasts),
                fault,
                subject,
                chance: chance.next(),
            };
            planned.push((at + lasts + REST, one));
        }
        at += chance.within(GAP);
    }
    planned.into_iter().map(|(_, planned)| planned).collect()
}

/// Numbers that a seed decides (`SplitMix64`).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn within(&mut self, range: RangeInclusive<u64>) -> u64 {
        range.start() + self.next() % (range.end() - range.start() + 1)
    }

    fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % count).unwrap_or_default()
    }

    fn shuffled(&mut self) -> Vec<Fault> {
        let mut deck = Fault::ALL.to_vec();
        for last in (1..deck.len()).rev() {
            let other = self.below(last + 1);
            deck.swap(last, other);
        }
        deck
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const LENGTH: Duration = Duration::from_secs(120);

    #[test]
    fn a_seed_decides_the_plan() {
        assert_eq!(plan(1, LENGTH), plan(1, LENGTH));
        assert_ne!(plan(1, LENGTH), plan(2, LENGTH));
    }

    #[test]
    fn two_minutes_have_every_fault() {
        for seed in 0..50 {
            let kinds: BTreeSet<Fault> = plan(seed, LENGTH).iter().map(|planned| planned.fault).collect();
            assert_eq!(kinds.len(), Fault::ALL.len(), "seed {seed}");
        }
    }

    #[test]
    fn nothing_is_hurt_twice_at_once() {
        for seed in 0..50 {
            let faults = plan(seed, LENGTH * 5);
            for (index, one) in faults.iter().enumerate() {
                let rest = faults.iter().skip(index + 1);
                for other in rest.filter(|other| other.subject == one.subject) {
                    assert!(other.at > one.at + one.lasts, "seed {seed}: {one} and {other}");
                }
                assert!(one.at + one.lasts < LENGTH * 5 + Duration::from_secs(10));
            }
        }
    }
}
