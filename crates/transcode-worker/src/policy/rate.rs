//! How many bits the result may take.

use safelight_core::settings::{HardwareAcceleration, VideoCodec, VideoSettings};

use crate::recipe::Rate;

/// The setting `maxBitrate`: a number, alone or with `k` or `M`.
///
/// As the contract has it, a bare number is bits per second where the policy compares and kilobits where it bounds an encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MaxBitrate {
    /// What the policy compares with.
    pub(super) bits: u64,
    /// What an encoder is told.
    pub(super) kbit: u32,
}

impl MaxBitrate {
    /// The bound; none for `0` and for what cannot be read.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit() && c != '.');
        let thousandths = thousandths(digits)?;
        let unit = text.get(digits.len()..)?.trim();
        let (bits, bare) = match unit.chars().next() {
            None => (thousandths / 1_000, true),
            Some('k' | 'K') => (thousandths, false),
            Some('m' | 'M') => (thousandths.checked_mul(1_000)?, false),
            Some('g' | 'G') => (thousandths.checked_mul(1_000_000)?, false),
            Some(_) => return None,
        };
        let kbit = u32::try_from(if bare { bits } else { bits / 1_000 }).ok()?;
        (bits > 0 && kbit > 0).then_some(Self { bits, kbit })
    }
}

/// `4.5` is 4500.
fn thousandths(digits: &str) -> Option<u64> {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let whole: u64 = whole.parse().ok()?;
    whole.checked_mul(1_000)?.checked_add(part.parse().ok()?)
}

/// Whether a stream has more bits per second than allowed; one whose rate nobody knows has not.
pub(super) fn is_above(settings: &VideoSettings, bitrate: Option<u64>) -> bool {
    let max = MaxBitrate::of(&settings.max_bitrate);
    max.zip(bitrate).is_some_and(|(max, bitrate)| bitrate > max.bits)
}

/// Two passes need a bound to aim at, and an encoder in software.
pub(super) fn of(settings: &VideoSettings, max: Option<MaxBitrate>) -> Rate {
    let crf = settings.crf;
    match max {
        Some(MaxBitrate { kbit, .. }) if in_two_passes(settings) => {
            // One over 1.45, rounded up.
            let target = u32::try_from((u64::from(kbit) * 100).div_ceil(145)).unwrap_or(kbit);
            Rate::TwoPass {
                crf,
                target_kbit: target,
                min_kbit: target / 2,
                max_kbit: kbit,
            }
        }
        max => Rate::Quality {
            crf,
            max_kbit: max.map(|max| max.kbit),
        },
    }
}

/// AV1 has no second pass in the encoders of this release.
fn in_two_passes(settings: &VideoSettings) -> bool {
    settings.two_pass
        && settings.accel == HardwareAcceleration::Disabled
        && settings.target_video_codec != VideoCodec::Av1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_with_their_unit() {
        let read = |text| MaxBitrate::of(text).map(|max| (max.bits, max.kbit));
        assert_eq!(read("4500k"), Some((4_500_000, 4_500)));
        assert_eq!(read(" 4.5 M "), Some((4_500_000, 4_500)));
        assert_eq!(read("4.5Mbps"), Some((4_500_000, 4_500)));
        assert_eq!(read("1G"), Some((1_000_000_000, 1_000_000)));
        // The quirk of the contract.
        assert_eq!(read("4500"), Some((4_500, 4_500)));
        for nothing in ["0", "0k", "", "k", "fast", "4500 bananas", "-1k", "1.2.3k"] {
            assert_eq!(read(nothing), None, "{nothing}");
        }
    }
}
