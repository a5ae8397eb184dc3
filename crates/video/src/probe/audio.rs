//! The stream that is heard.

use crate::libav::StreamFacts;
use crate::traits::{AMBISONIC, AudioTraits};

/// What a stream of sound is.
pub(super) fn traits(stream: &StreamFacts) -> AudioTraits {
    let name = super::video::codec(stream);
    let plain = || {
        let bits: u64 = name
            .strip_prefix("pcm_")?
            .get(1..)?
            .trim_end_matches(char::is_alphabetic)
            .parse()
            .ok()?;
        Some(bits * u64::from(stream.channels?) * u64::from(stream.sample_rate?))
    };
    AudioTraits {
        profile: if stream.is_ambisonic {
            Some(AMBISONIC.to_owned())
        } else {
            stream.profile.as_deref().map(super::profile)
        },
        channels: stream.channels,
        sample_rate: stream.sample_rate,
        bitrate: stream.bitrate.or_else(plain),
        codec: name,
    }
}
