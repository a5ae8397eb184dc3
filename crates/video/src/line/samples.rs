//! Decoded sound on the line.

use super::{SECOND, scale};

/// How far sound may be from where its times say before it is moved: less than anybody hears, more than containers round.
pub(super) const TOLERANCE: i64 = SECOND / 25;

/// The longest silence that is made; what is further away begins anew.
const SILENCE: i64 = 3_600 * SECOND;

/// How a piece of sound is made to follow the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fit {
    /// Samples of silence before it, of each channel.
    pub(crate) silence: u64,
    /// Samples to be left out at its beginning.
    pub(crate) skip: u64,
    /// When the first of what is left (the silence, if there is any) is heard, in nanoseconds.
    pub(crate) at: i64,
}

/// Keeps sound without gaps and overlaps at the place that its times give it.
#[derive(Debug, Clone)]
pub(crate) struct Samples {
    rate: i64,
    /// When the first sample was heard.
    start: Option<i64>,
    /// Samples that were given since, of each channel.
    given: u64,
}

impl Samples {
    /// For so many samples in a second.
    pub(crate) fn new(rate: u32) -> Self {
        Self {
            rate: i64::from(rate.max(1)),
            start: None,
            given: 0,
        }
    }

    /// Where the sound so far ends, in nanoseconds.
    pub(crate) fn end(&self) -> i64 {
        let given = i64::try_from(self.given).unwrap_or(i64::MAX);
        self.start
            .unwrap_or_default()
            .saturating_add(scale(given, SECOND, self.rate))
    }

    /// Fits the next piece of so many samples of each channel.
    pub(crate) fn fit(&mut self, pts: Option<i64>, count: u64) -> Fit {
        let expected = self.end();
        let pts = pts.unwrap_or(expected);
        let off = pts.saturating_sub(expected);
        let mut fit = Fit {
            silence: 0,
            skip: 0,
            at: expected,
        };
        if self.start.is_none() || off > SILENCE {
            self.start = Some(pts);
            self.given = 0;
            fit.at = pts;
        } else if off > TOLERANCE {
            fit.silence = self.samples(off);
        } else if off < -TOLERANCE {
            fit.skip = self.samples(off.saturating_neg()).min(count);
        }
        self.given = self.given.saturating_add(fit.silence).saturating_add(count - fit.skip);
        fit
    }

    fn samples(&self, time: i64) -> u64 {
        u64::try_from(scale(time, self.rate, SECOND)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: i64 = 1_000_000;

    /// What becomes of pieces of 100 ms: silence before them and what is left out of them, in ms, and when they begin.
    fn fitted(times_ms: &[Option<i64>]) -> Vec<(u64, u64, i64)> {
        let mut samples = Samples::new(48_000);
        let mut fit = |ms: &Option<i64>| samples.fit(ms.map(|ms| ms * MS), 4_800);
        times_ms
            .iter()
            .map(&mut fit)
            .map(|fit| (fit.silence / 48, fit.skip / 48, fit.at / MS))
            .collect()
    }

    #[test]
    fn rounded_times_change_nothing() {
        assert_eq!(
            fitted(&[Some(-21), Some(80), None, Some(277)]),
            [(0, 0, -21), (0, 0, 79), (0, 0, 179), (0, 0, 279)]
        );
    }

    #[test]
    fn a_gap_is_silent_and_what_comes_twice_is_heard_once() {
        assert_eq!(
            fitted(&[Some(0), Some(300), Some(400), Some(450), Some(200)]),
            [(0, 0, 0), (200, 0, 100), (0, 0, 400), (0, 50, 500), (0, 100, 550)]
        );
    }

    #[test]
    fn sound_that_drifts_is_led_back() {
        // 1 % too slow for two minutes: 101 ms pass for each 100 ms of samples.
        let times: Vec<_> = (0..1_200).map(|index| Some(index * 101)).collect();
        let silence: u64 = fitted(&times).iter().map(|(silence, ..)| silence).sum();
        assert!((1_150..=1_200).contains(&silence), "{silence} ms");
    }

    #[test]
    fn years_of_silence_are_not_made() {
        assert_eq!(fitted(&[Some(0), Some(400_000_000)]), [(0, 0, 0), (0, 0, 400_000_000)]);
    }
}
