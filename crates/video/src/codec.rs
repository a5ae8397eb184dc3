use std::fmt;

use serde::{Deserialize, Serialize};

/// A codec that web browsers play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Codec {
    /// H.264, played everywhere.
    H264,
    /// H.265.
    Hevc,
    /// VP9.
    Vp9,
    /// AV1.
    Av1,
}

impl Codec {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::H264, Self::Hevc, Self::Vp9, Self::Av1];

    /// The name in settings and capabilities.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::H264 => "h264",
            Self::Hevc => "hevc",
            Self::Vp9 => "vp9",
            Self::Av1 => "av1",
        }
    }

    /// The media type of its stream in `GStreamer`.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::H264 => "video/x-h264",
            Self::Hevc => "video/x-h265",
            Self::Vp9 => "video/x-vp9",
            Self::Av1 => "video/x-av1",
        }
    }

    /// The capability of a node that encodes it, by whatever element.
    pub fn capability(self) -> String {
        format!("encode.{self}")
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
