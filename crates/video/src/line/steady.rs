//! Packets of sound that are taken over as they are.

use super::samples::TOLERANCE;
use super::{SECOND, scale};

/// Watches whether packets of sound follow one another as their samples do: players that play one after the other lose the pictures
/// where there are gaps, or where the clock of the sound runs faster or slower than that of the pictures.
#[derive(Debug, Clone)]
pub(crate) struct Steady {
    /// Samples of a packet and in a second, of each channel; nothing where packets differ.
    size: Option<(i64, i64)>,
    first: Option<i64>,
    count: i64,
}

impl Steady {
    /// For packets of so many samples, where that is known, of so many in a second.
    pub(crate) fn new(frame_size: Option<u32>, rate: Option<u32>) -> Self {
        Self {
            size: frame_size.map(i64::from).zip(rate.map(i64::from)),
            first: None,
            count: 0,
        }
    }

    /// Whether the next packet, heard at this time in nanoseconds, is where the samples before it end.
    pub(crate) fn follows(&mut self, pts: i64) -> bool {
        let Some((size, rate)) = self.size else { return true };
        let first = *self.first.get_or_insert(pts);
        let length = |count: i64| scale(size.saturating_mul(count), SECOND, rate);
        let off = pts.saturating_sub(first).saturating_sub(length(self.count));
        if off.saturating_abs() <= TOLERANCE {
            self.count += 1;
            return true;
        }
        // As many samples too many or too few in each of the first packets: there are others in them than was said.
        let is_wrong =
            (1..=8).contains(&self.count) && off.saturating_abs() / self.count > length(1) / 8 && self.is_even(off);
        if is_wrong {
            self.size = None;
        }
        is_wrong
    }

    /// Whether packets are told to be half or twice as long as they are, or a similar share.
    fn is_even(&self, off: i64) -> bool {
        let Some((size, rate)) = self.size else { return true };
        let told = scale(size.saturating_mul(self.count), SECOND, rate);
        [(-1, 2), (1, 1)]
            .iter()
            .any(|(n, d)| (off - told * n / d).saturating_abs() <= TOLERANCE / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many packets of 1,024 samples at 48 kHz follow one another, of which each is so many samples behind the one before.
    fn followed(distances: impl IntoIterator<Item = i64>) -> usize {
        let mut steady = Steady::new(Some(1_024), Some(48_000));
        let mut at = 0;
        let times = distances.into_iter().map(|samples| {
            at += samples;
            scale(at, SECOND, 48_000)
        });
        let times: Vec<i64> = times.collect();
        times.into_iter().take_while(|time| steady.follows(*time)).count()
    }

    #[test]
    fn rounded_times_follow_and_gaps_and_drifts_do_not() {
        assert_eq!(followed((0..1_000).map(|index| 1_024 + [-9, 9][index % 2])), 1_000);
        // 0.5 %: 40 ms after 8 s.
        assert!((380..=390).contains(&followed([1_029].repeat(1_000))));
        assert!((380..=390).contains(&followed([1_019].repeat(1_000))));
        assert_eq!(
            followed((0..100).map(|index| if index == 50 { 4_096 } else { 1_024 })),
            50
        );
        assert_eq!(followed([1_024, 1_024, 4_096, 1_024]), 2);
    }

    #[test]
    fn a_wrong_size_is_no_size() {
        assert_eq!(followed([2_048].repeat(1_000)), 1_000);
        assert_eq!(followed([512].repeat(1_000)), 1_000);
        let mut unknown = Steady::new(None, Some(48_000));
        assert!(unknown.follows(0) && unknown.follows(i64::MAX));
        let mut steady = Steady::new(Some(u32::MAX), Some(1));
        assert!(steady.follows(i64::MIN + 1));
        steady.follows(i64::MAX);
    }
}
