//! Which element encodes, and how it is told what the recipe says.

mod hardware;
mod software;

use std::path::PathBuf;

use gstreamer::{Caps, Element};
use safelight_core::settings::HardwareAcceleration;
use safelight_video::Codec;

use super::element::{filter, make};
use super::order::Failure;
use crate::recipe::VideoRecipe;

/// One of the passes over a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pass {
    /// The only one.
    Only,
    /// The first of two, which only takes notes in this file.
    First(PathBuf),
    /// The second, which reads them.
    Second(PathBuf),
}

impl Pass {
    /// Whether it makes no result.
    pub(super) const fn only_takes_notes(&self) -> bool {
        matches!(self, Self::First(_))
    }
}

/// An encoder that is ready.
pub(super) struct Encoder {
    pub(super) element: Element,
    /// The pixels it is given.
    pub(super) formats: &'static [&'static str],
}

/// Makes the encoder of a recipe.
pub(super) fn encoder(recipe: &VideoRecipe, pass: &Pass, set_aside: &[String]) -> Result<Encoder, Failure> {
    if recipe.hardware.accel == HardwareAcceleration::Disabled {
        software::encoder(recipe, pass)
    } else {
        hardware::encoder(recipe, set_aside)
    }
}

/// The elements of which the first that there is does what a recipe asks for.
pub fn encoders(recipe: &VideoRecipe) -> Vec<String> {
    let hardware = &recipe.hardware;
    if hardware.accel == HardwareAcceleration::Disabled {
        return vec![software::name(recipe.codec).to_owned()];
    }
    hardware::names(hardware.accel, recipe.codec, hardware.device.as_deref())
}

/// Whether any recipe may ask for this element.
pub fn is_used(element: &str, codec: Codec) -> bool {
    element == software::name(codec) || hardware::is_used(element, codec)
}

/// The parser of a codec.
pub(super) const fn parser(codec: Codec) -> &'static str {
    match codec {
        Codec::H264 => "h264parse",
        Codec::Hevc => "h265parse",
        Codec::Vp9 => "vp9parse",
        Codec::Av1 => "av1parse",
    }
}

/// What makes a stream fit for an MP4: the parser of its codec and the form that is wanted.
pub(super) fn framing(codec: Codec) -> Result<Vec<Element>, Failure> {
    let form = match codec {
        Codec::H264 => Some(("video/x-h264", "avc")),
        // Apple plays no other form.
        Codec::Hevc => Some(("video/x-h265", "hvc1")),
        Codec::Vp9 | Codec::Av1 => None,
    };
    let mut elements = vec![make(parser(codec))?];
    if let Some((media, form)) = form {
        let caps = Caps::builder(media)
            .field("stream-format", form)
            .field("alignment", "au")
            .build();
        elements.push(filter(&caps)?);
    }
    Ok(elements)
}
