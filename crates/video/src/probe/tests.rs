//! Real files, made by `GStreamer` itself.

use std::path::{Path, PathBuf};

use gstreamer::prelude::*;

use super::*;

/// Bytes of a film that is read through.
const MOST_READ: u64 = 256 << 20;

/// Runs a pipeline to its end; `{}` in it is a file in `folder`, which is answered.
pub(crate) fn make(folder: &Path, name: &str, pipeline: &str) -> PathBuf {
    gstreamer::init().unwrap();
    let file = folder.join(name);
    let text = format!("{pipeline} ! filesink location={}", file.display());
    let pipeline = gstreamer::parse::launch(&text).unwrap();
    pipeline.set_state(gstreamer::State::Playing).unwrap();
    let bus = pipeline.bus().unwrap();
    let kinds = [gstreamer::MessageType::Eos, gstreamer::MessageType::Error];
    let message = bus
        .timed_pop_filtered(gstreamer::ClockTime::from_seconds(60), &kinds)
        .unwrap();
    assert_eq!(message.type_(), gstreamer::MessageType::Eos, "{message:?}");
    pipeline.set_state(gstreamer::State::Null).unwrap();
    file
}

#[test]
fn a_film_with_sound() {
    let folder = tempfile::tempdir().unwrap();
    let made = "videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=64,height=48,framerate=10/1,pixel-aspect-ratio=4/3 ! theoraenc \
                ! oggmux name=mux audiotestsrc num-buffers=40 ! audio/x-raw,rate=44100,channels=2 ! vorbisenc ! mux. mux.";
    let traits = probe(&make(folder.path(), "a.ogg", made), MOST_READ).unwrap();
    let (video, audio) = (traits.video.unwrap(), traits.audio.unwrap());
    assert_eq!(
        (traits.container.as_str(), video.codec.as_str(), audio.codec.as_str()),
        ("ogg", "theora", "vorbis")
    );
    assert_eq!((video.width, video.height, video.pixel_aspect), (64, 48, (4, 3)));
    assert_eq!(video.pixel_format.as_deref(), Some("yuv420p"));
    assert_eq!((audio.channels, audio.sample_rate), (Some(2), Some(44_100)));
    let duration = traits.duration_ms.unwrap();
    assert!((1_900..=2_100).contains(&duration), "{duration}");
}

#[test]
fn what_is_no_video_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let sound = "audiotestsrc num-buffers=20 ! vorbisenc ! oggmux";
    assert_eq!(
        probe(&make(folder.path(), "b.ogg", sound), MOST_READ),
        Err(Refusal::NoVideo)
    );
    let text = folder.path().join("c.mp4");
    std::fs::write(&text, "certainly not a video\n").unwrap();
    assert!(matches!(probe(&text, MOST_READ), Err(Refusal::NotAVideo(_))));
    let nothing = folder.path().join("d.mp4");
    std::fs::write(&nothing, "").unwrap();
    assert!(matches!(probe(&nothing, MOST_READ), Err(Refusal::NotAVideo(_))));
    let gone = folder.path().join("e.mp4");
    assert!(matches!(probe(&gone, MOST_READ), Err(Refusal::Unopened(_))));
}

#[test]
fn a_picture_that_stands_still_is_no_video() {
    let folder = tempfile::tempdir().unwrap();
    let picture = "videotestsrc num-buffers=1 ! video/x-raw,width=64,height=48 ! jpegenc";
    assert_eq!(
        probe(&make(folder.path(), "f.mp4", picture), MOST_READ),
        Err(Refusal::NoVideo)
    );
}
