//! What goes wrong with video.

use safelight_core::child::ChildError;
use serde::{Deserialize, Serialize};

/// Why a question about video has no answer.
#[derive(Debug, thiserror::Error)]
pub enum VideoError {
    /// The library cannot be started: a broken installation.
    #[error("GStreamer cannot be started: {0}")]
    Init(#[from] gstreamer::glib::Error),
    /// The helper looked at the file and said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The helper could not be started, or did not answer within its time.
    #[error("looking at the video: {0}")]
    Child(#[from] ChildError),
    /// The helper came to a bad end: a decoder crashed, most likely.
    #[error("the decoder of this video {how}{}", said(.complaint))]
    Crashed {
        /// "was killed by signal 11 (segmentation fault)".
        how: String,
        /// The last line it wrote, or nothing.
        complaint: String,
    },
    /// The helper answered nonsense: it is of another version, or something else wrote into its output.
    #[error("the answer of the video helper cannot be read: {0}")]
    Garbled(String),
}

/// `: ` and what was complained, or nothing.
fn said(complaint: &str) -> String {
    if complaint.is_empty() {
        String::new()
    } else {
        format!(": {complaint}")
    }
}

/// What a helper says of a file that it cannot use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// Nothing known begins like this, or what begins like a video holds nothing that could be played.
    #[error("the file is not a video: {0}")]
    NotAVideo(String),
    /// It can be played, but there is nothing to see.
    #[error("the file has no video stream")]
    NoVideo,
    /// No element of this machine decodes it.
    #[error("there is no decoder for {0} on this machine")]
    NoDecoder(String),
    /// A stream of it is in a format that nobody here reads.
    #[error("the film's {what} is in a format ({format}) that this server cannot read")]
    Unknown {
        /// `picture` or `sound`.
        what: String,
        /// The name of the format, or the four letters by which the container names it.
        format: String,
    },
    /// It is a video, but no picture of it can be decoded.
    #[error("no picture of the video can be decoded: {0}")]
    NoPicture(String),
    /// It is a video, but nothing of its sound can be decoded.
    #[error("nothing of the film's sound can be decoded: {0}")]
    NoSound(String),
    /// Its packets cannot be taken over as they are: it has to be encoded again.
    #[error("the film cannot be taken over as it is: {0}")]
    MustEncode(String),
    /// Its pictures are larger than allowed.
    #[error("the video is {width} x {height} pixels, more than SAFELIGHT_MAX_PIXELS allows ({limit})")]
    TooLarge {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// The limit, pixels.
        limit: u64,
    },
    /// It has no name that `GStreamer` understands, or cannot be opened.
    #[error("the video cannot be opened: {0}")]
    Unopened(String),
    /// Not the file's fault: a pipeline could not be built.
    #[error("GStreamer does not work on this machine: {0}")]
    Broken(String),
}

impl Refusal {
    /// Whether the cause is in the file, so that another try would end the same.
    pub const fn is_permanent(&self) -> bool {
        !matches!(self, Self::Unopened(_) | Self::Broken(_))
    }
}

impl VideoError {
    /// Whether another try may end otherwise: a crash, or a file that cannot be opened, may be a passing trouble.
    pub const fn can_heal(&self) -> bool {
        match self {
            Self::Refused(refusal) => !refusal.is_permanent(),
            Self::Child(error) => error.can_heal(),
            Self::Init(_) | Self::Crashed { .. } | Self::Garbled(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_file_stays_and_what_happened_to_the_helper_may_pass() {
        let crashed = VideoError::Crashed {
            how: "was killed by signal 11 (segmentation fault)".to_owned(),
            complaint: String::new(),
        };
        assert!(crashed.can_heal());
        assert_eq!(
            crashed.to_string(),
            "the decoder of this video was killed by signal 11 (segmentation fault)"
        );
        assert!(!VideoError::from(Refusal::NoVideo).can_heal());
        assert!(VideoError::from(Refusal::Unopened("denied".to_owned())).can_heal());
    }
}
