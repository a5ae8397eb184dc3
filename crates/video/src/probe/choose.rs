//! Which of the streams is shown, and which is heard.

use std::cmp::Reverse;

use super::stream::{Sort, Stream};

/// The video that is shown: never a cover; the default one first, then the one of the highest bitrate, then the first.
///
/// Containers that keep a cover as a stream of its own keep it as JPEG or PNG, with a duration of one frame like any other
/// film. It is told from a film of JPEGs by not being alone.
pub(super) fn chosen_video(streams: &[Stream]) -> Option<&Stream> {
    let videos = || {
        streams
            .iter()
            .filter(|stream| stream.sort == Sort::Video && !stream.is_still)
    };
    videos().min_by_key(|stream| (is_of_pictures(stream), rank(stream)))
}

/// The audio that is heard: the default one first, then the one of the highest bitrate, then the first.
pub(super) fn chosen_audio(streams: &[Stream]) -> Option<&Stream> {
    let audios = streams.iter().filter(|stream| stream.sort == Sort::Audio);
    audios.min_by_key(|stream| rank(stream))
}

fn rank(stream: &Stream) -> (bool, Reverse<u64>) {
    (!stream.is_default, Reverse(stream.bitrate().unwrap_or_default()))
}

fn is_of_pictures(stream: &Stream) -> bool {
    stream
        .coded()
        .is_some_and(|coded| matches!(coded.name().as_str(), "image/jpeg" | "image/png" | "image/bmp"))
}

#[cfg(test)]
mod tests {
    use gstreamer::{Caps, TagList, tags};

    use super::*;

    fn stream(id: &str, sort: Sort, media: &str, bitrate: u32, is_default: bool) -> Stream {
        gstreamer::init().unwrap();
        let mut tags = TagList::new();
        tags.make_mut()
            .add::<tags::Bitrate>(&bitrate, gstreamer::TagMergeMode::Append);
        Stream {
            id: id.to_owned(),
            sort,
            coded: Caps::builder(media).build(),
            raw: None,
            tags: Some(tags),
            is_default,
            is_still: false,
        }
    }

    #[test]
    fn a_cover_is_never_shown_but_a_film_of_pictures_is() {
        let cover = stream("cover", Sort::Video, "image/jpeg", 9_000_000, true);
        let film = stream("film", Sort::Video, "video/x-h264", 1_000, false);
        let both = [cover.clone(), film];
        assert_eq!(chosen_video(&both).unwrap().id, "film");
        assert_eq!(chosen_video(std::slice::from_ref(&cover)).unwrap().id, "cover");
        let still = Stream {
            is_still: true,
            ..cover
        };
        assert!(chosen_video(&[still]).is_none());
    }

    #[test]
    fn the_default_one_then_the_richest_then_the_first() {
        let streams = [
            stream("a", Sort::Audio, "audio/x-opus", 64_000, false),
            stream("b", Sort::Audio, "audio/x-opus", 128_000, false),
            stream("c", Sort::Audio, "audio/x-opus", 128_000, false),
            stream("d", Sort::Audio, "audio/x-opus", 32_000, true),
        ];
        assert_eq!(chosen_audio(&streams).unwrap().id, "d");
        let [a, b, c, _] = &streams;
        assert_eq!(chosen_audio(&[a.clone(), b.clone(), c.clone()]).unwrap().id, "b");
        assert!(chosen_video(&streams).is_none());
    }
}
