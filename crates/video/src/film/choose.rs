//! Which of the streams is shown, and which is heard.

use std::cmp::Reverse;

use crate::libav::{Kind, StreamFacts};
use crate::traits::MOST_CHANNELS;

/// Names of codecs for which libav takes another: Apple's spatial sound says of itself that it is AAC.
const MISTAKEN: [&str; 1] = ["apac"];

/// The video that is shown: never a cover; one that can be decoded, then a film rather than pictures, then the default one, then the one of
/// the highest bitrate, then the first.
///
/// Containers that keep a cover as a stream of its own keep it as JPEG or PNG. It is told from a film of JPEGs by not being alone.
pub(super) fn shown(streams: &[StreamFacts]) -> Option<usize> {
    let is_video = |stream: &StreamFacts| stream.kind == Kind::Video && !stream.is_still && !stream.is_empty;
    let order = |stream: &StreamFacts| (!can_play(stream), is_of_pictures(stream), rank(stream));
    best(streams, is_video, order)
}

/// The sound that is heard: one that can be decoded, then one all of whose channels can be heard, then the default one, then the one of the
/// highest bitrate, then the first.
pub(super) fn heard(streams: &[StreamFacts]) -> Option<usize> {
    // A track that was announced and of which nothing is there has neither channels nor a rate.
    let is_sound = |stream: &StreamFacts| {
        let has_samples = stream.channels.is_some() && stream.sample_rate.is_some();
        stream.kind == Kind::Audio && !stream.is_empty && (is_unknown(stream) || has_samples)
    };
    let order = |stream: &StreamFacts| (!can_play(stream), is_too_wide(stream), rank(stream));
    best(streams, is_sound, order)
}

fn best<O: Ord>(
    streams: &[StreamFacts],
    is_one: impl Fn(&StreamFacts) -> bool,
    order: impl Fn(&StreamFacts) -> O,
) -> Option<usize> {
    let wanted = streams.iter().enumerate().filter(|(_, stream)| is_one(stream));
    wanted.min_by_key(|(_, stream)| order(stream)).map(|(index, _)| index)
}

/// Whether it can be decoded and then looks or sounds as it should.
pub(super) fn can_play(stream: &StreamFacts) -> bool {
    stream.has_decoder && !is_unknown(stream) && !stream.dolby_vision.is_some_and(is_without_base)
}

/// Whether libav does not know the codec, whatever it takes it for.
pub(super) fn is_unknown(stream: &StreamFacts) -> bool {
    stream.codec.is_none() || MISTAKEN.contains(&stream.tag.as_str())
}

/// Whether Dolby Vision of this profile (5 in H.265, 10 in AV1) and compatibility has a base layer that shows nothing by itself but wrong
/// colours.
pub(super) const fn is_without_base((profile, compatibility): (u8, u8)) -> bool {
    matches!(profile, 5 | 10) && compatibility == 0
}

fn is_too_wide(stream: &StreamFacts) -> bool {
    stream.channels.is_some_and(|channels| channels > MOST_CHANNELS)
}

fn rank(stream: &StreamFacts) -> (bool, Reverse<u64>) {
    (!stream.is_default, Reverse(stream.bitrate.unwrap_or_default()))
}

fn is_of_pictures(stream: &StreamFacts) -> bool {
    let codec = stream.codec.as_deref().unwrap_or_default();
    matches!(codec, "mjpeg" | "png" | "bmp")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn stream(kind: Kind, codec: &str, bitrate: u64, is_default: bool) -> StreamFacts {
        StreamFacts {
            kind,
            codec: Some(codec.to_owned()),
            profile: None,
            tag: String::new(),
            has_decoder: true,
            is_default,
            is_still: false,
            is_empty: false,
            size: Some((64, 48)),
            aspect: None,
            matrix: None,
            pixels: None,
            primaries: None,
            transfer: None,
            colours: None,
            is_full_range: false,
            is_interlaced: false,
            rate: None,
            sample_rate: Some(48_000),
            channels: Some(2),
            is_ambisonic: false,
            frame_size: None,
            bitrate: Some(bitrate),
            start: None,
            duration: None,
            time_base: (1, 1_000),
            delay: 0,
            dolby_vision: None,
            view: crate::view::View::default(),
            extra: Vec::new(),
        }
    }

    #[test]
    fn a_cover_is_never_shown_but_a_film_of_pictures_is() {
        let cover = stream(Kind::Video, "mjpeg", 9_000_000, true);
        let film = stream(Kind::Video, "h264", 1_000, false);
        assert_eq!(shown(&[cover.clone(), film]), Some(1));
        assert_eq!(shown(std::slice::from_ref(&cover)), Some(0));
        let still = StreamFacts {
            is_still: true,
            ..cover
        };
        assert_eq!(shown(&[still]), None);
    }

    #[test]
    fn the_default_one_then_the_richest_then_the_first() {
        let sound = |bitrate, is_default| stream(Kind::Audio, "opus", bitrate, is_default);
        let streams = [
            sound(64_000, false),
            sound(128_000, false),
            sound(128_000, false),
            sound(32_000, true),
        ];
        assert_eq!(heard(&streams), Some(3));
        assert_eq!(heard(&streams[..3]), Some(1));
        assert_eq!(shown(&streams), None);
    }

    #[test]
    fn what_cannot_be_played_gives_way() {
        let spatial = StreamFacts {
            tag: "apac".to_owned(),
            ..stream(Kind::Audio, "aac", 900_000, true)
        };
        let nameless = StreamFacts {
            codec: None,
            has_decoder: false,
            ..stream(Kind::Audio, "", 900_000, true)
        };
        let plain = stream(Kind::Audio, "aac", 1, false);
        assert_eq!(heard(&[spatial.clone(), nameless, plain]), Some(2));
        assert_eq!(
            heard(std::slice::from_ref(&spatial)),
            Some(0),
            "it is named, and refused"
        );
        let announced = StreamFacts {
            channels: None,
            ..stream(Kind::Audio, "ac3", 1, true)
        };
        assert_eq!(heard(&[announced]), None);
    }

    #[test]
    fn dolby_vision_needs_a_base_layer() {
        let film = |profile, compatibility| StreamFacts {
            dolby_vision: Some((profile, compatibility)),
            ..stream(Kind::Video, "hevc", 1, true)
        };
        assert!(!can_play(&film(5, 0)));
        assert!(!can_play(&film(10, 0)) && can_play(&film(10, 1)));
        assert!(can_play(&film(8, 1)) && can_play(&film(8, 4)));
    }

    #[test]
    fn more_channels_than_loudspeakers_give_way() {
        let sound = |channels, is_default| StreamFacts {
            channels: Some(channels),
            ..stream(Kind::Audio, "pcm_s16le", 9, is_default)
        };
        assert_eq!(heard(&[sound(16, true), sound(8, false)]), Some(1));
        assert_eq!(heard(&[sound(16, true)]), Some(0), "two of them are heard");
    }
}
