//! The stream that is heard.

use super::codec;
use super::stream::Stream;
use crate::traits::AudioTraits;

/// What a stream of sound is.
pub(super) fn traits(stream: &Stream) -> AudioTraits {
    let coded = stream.coded();
    let raw = stream
        .raw
        .as_ref()
        .and_then(|caps| caps.structure(0).map(ToOwned::to_owned));
    // A decoder knows better than a container: HE-AAC says half of its rate.
    let number = |field: &str| {
        [raw.as_ref(), coded.as_ref()]
            .into_iter()
            .flatten()
            .find_map(|structure| u32::try_from(structure.get::<i32>(field).ok()?).ok())
            .filter(|number| *number > 0)
    };
    let (channels, sample_rate) = (number("channels"), number("rate"));
    let name = coded.as_ref().map(|coded| codec::name(coded)).unwrap_or_default();
    let plain = || {
        let bits: u64 = name
            .strip_prefix("pcm_")?
            .get(1..)?
            .trim_end_matches(char::is_alphabetic)
            .parse()
            .ok()?;
        Some(bits * u64::from(channels?) * u64::from(sample_rate?))
    };
    AudioTraits {
        profile: coded.as_ref().and_then(|coded| codec::profile(coded)),
        channels,
        sample_rate,
        bitrate: stream.bitrate().or_else(plain),
        codec: name,
    }
}
