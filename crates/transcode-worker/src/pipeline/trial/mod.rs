//! One element tried alone: an encoder with a moving picture, a decoder with what an encoder made of it.

mod decode;
mod encode;
mod pattern;
mod play;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use decode::try_decoder;
pub use encode::try_encoder;

/// What a trial measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Frames that came out.
    pub frames: u32,
    /// Seconds from the first that went in to the end.
    pub seconds: f64,
    /// The devices that were in use.
    pub devices: Vec<PathBuf>,
}

#[cfg(test)]
mod tests {
    use safelight_video::Codec;

    use super::*;
    use crate::pipeline::element::make_optional;

    /// Where an element is not installed there is nothing to try.
    fn is_installed(name: &str) -> bool {
        gstreamer::init().unwrap();
        let found = make_optional(name).is_some();
        if !found {
            eprintln!("SKIPPED: {name} is not installed");
        }
        found
    }

    #[test]
    fn an_encoder_and_a_decoder_that_work_are_measured() {
        if !(is_installed("x264enc") && is_installed("avdec_h264")) {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let sample = folder.path().join("sample");
        let made = try_encoder("x264enc", Codec::H264, &sample).unwrap();
        assert!(made.frames >= 8 && made.seconds > 0.0, "{made:?}");
        let read = try_decoder("avdec_h264", Codec::H264, &sample).unwrap();
        assert_eq!(read.frames, made.frames);
    }

    #[test]
    fn what_is_missing_or_takes_something_else_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let sample = folder.path().join("sample");
        let error = try_encoder("nosuchenc", Codec::H264, &sample).unwrap_err();
        assert!(
            error.message.contains("no GStreamer element nosuchenc"),
            "{}",
            error.message
        );
        if is_installed("x264enc") {
            // It makes another stream than its codec's parser takes.
            assert!(try_encoder("x264enc", Codec::Vp9, &sample).is_err());
        }
        std::fs::write(&sample, "no video").unwrap();
        assert!(try_decoder("avdec_h264", Codec::H264, &sample).is_err());
    }
}
