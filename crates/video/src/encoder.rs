//! The encoders that this machine has, those of graphics cards among them.

use std::fmt;

use gstreamer::prelude::GstObjectExt as _;
use gstreamer::{ElementFactory, ElementFactoryType, PadDirection, Rank};
use serde::{Deserialize, Serialize};

use crate::VideoError;

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
    const fn media_type(self) -> &'static str {
        match self {
            Self::H264 => "video/x-h264",
            Self::Hevc => "video/x-h265",
            Self::Vp9 => "video/x-vp9",
            Self::Av1 => "video/x-av1",
        }
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An element that encodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encoder {
    /// The element's name, such as `x264enc` or `nvh264enc`.
    pub element: String,
    /// What it makes.
    pub codec: Codec,
    /// Whether it says of itself that it uses hardware.
    pub is_hardware: bool,
}

impl Encoder {
    /// The capability of a node that has it.
    pub fn capability(&self) -> String {
        format!("encode.{}.{}", self.codec, self.element)
    }
}

/// Lists the encoders of all codecs that browsers play, sorted by codec and name. That an element is listed does not prove
/// that its driver works.
///
/// # Errors
/// `GStreamer` cannot be started.
pub fn encoders() -> Result<Vec<Encoder>, VideoError> {
    gstreamer::init()?;
    let factories = ElementFactory::factories_with_type(ElementFactoryType::VIDEO_ENCODER, Rank::NONE);
    let mut found: Vec<Encoder> = factories
        .iter()
        .flat_map(|factory| {
            let is_hardware = factory
                .metadata("klass")
                .is_some_and(|class| class.contains("Hardware"));
            let codecs = Codec::ALL.into_iter().filter(|codec| makes(factory, *codec));
            codecs.map(move |codec| Encoder {
                element: factory.name().to_string(),
                codec,
                is_hardware,
            })
        })
        .collect();
    found.sort_by(|a, b| (a.codec, &a.element).cmp(&(b.codec, &b.element)));
    Ok(found)
}

fn makes(factory: &ElementFactory, codec: Codec) -> bool {
    let pads = factory.static_pad_templates();
    let mut outputs = pads.iter().filter(|pad| pad.direction() == PadDirection::Src);
    outputs.any(|pad| pad.caps().iter().any(|caps| caps.name() == codec.media_type()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_what_is_installed_in_order() {
        let found = encoders().unwrap();
        assert!(found.is_sorted_by_key(|encoder| (encoder.codec, encoder.element.clone())));
        let x264 = found.iter().find(|encoder| encoder.element == "x264enc");
        assert!(x264.is_none_or(|encoder| encoder.codec == Codec::H264 && !encoder.is_hardware));
    }

    #[test]
    fn capabilities_name_codec_and_element() {
        let encoder = Encoder {
            element: "nvh265enc".into(),
            codec: Codec::Hevc,
            is_hardware: true,
        };
        assert_eq!(encoder.capability(), "encode.hevc.nvh265enc");
        let json = serde_json::to_string(&encoder).unwrap();
        assert_eq!(json, r#"{"element":"nvh265enc","codec":"hevc","is_hardware":true}"#);
        assert_eq!(serde_json::from_str::<Encoder>(&json).unwrap(), encoder);
    }
}
