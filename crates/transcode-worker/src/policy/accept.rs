//! What is played as it is. The targets are accepted, too: a video that was just made would be made again otherwise.

use safelight_core::settings::{VideoContainer, VideoSettings};

pub(super) fn video(settings: &VideoSettings, codec: &str) -> bool {
    let mut accepted = settings.accepted_video_codecs.iter();
    settings.target_video_codec.as_str() == codec || accepted.any(|accepted| accepted.as_str() == codec)
}

pub(super) fn audio(settings: &VideoSettings, codec: &str) -> bool {
    let mut accepted = settings.accepted_audio_codecs.iter();
    settings.target_audio_codec.as_str() == codec || accepted.any(|accepted| accepted.as_str() == codec)
}

/// MP4 always is; a Matroska file counts as the `WebM` that it may be.
pub(super) fn container(settings: &VideoSettings, container: &str) -> bool {
    let name = match container {
        "matroska" => "webm",
        other => other,
    };
    let mut accepted = settings.accepted_containers.iter();
    name == VideoContainer::Mp4.as_str() || accepted.any(|accepted| accepted.as_str() == name)
}

/// Eight bits, colour at half the resolution either way. What is unknown is taken for something else.
pub(super) fn pixels(format: Option<&str>) -> bool {
    format.is_some_and(|format| format.ends_with("420p"))
}
