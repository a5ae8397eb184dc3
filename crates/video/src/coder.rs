//! The encoders and decoders that this machine has, those of graphics cards among them.

use gstreamer::prelude::GstObjectExt as _;
use gstreamer::{Caps, ElementFactory, ElementFactoryType, IntRange, PadDirection, Rank, StructureRef};
use serde::{Deserialize, Serialize};

use crate::allowed::keep_allowed;
use crate::{Codec, VideoError};

/// Whether an element makes a stream of its codec, or reads one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// It makes one.
    Encode,
    /// It reads one.
    Decode,
}

/// An element that encodes or decodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coder {
    /// What it does.
    pub direction: Direction,
    /// The stream.
    pub codec: Codec,
    /// The element's name, such as `x264enc` or `nvh264enc`.
    pub element: String,
    /// The interface of the hardware that it uses, if any: `nvenc`, `vaapi`, `qsv`, `v4l2`, `rkmpp` or `other`.
    pub accel: Option<String>,
    /// The widest and the highest picture that it says it takes, in pixels; nothing where it names no bound.
    pub largest: Option<(u32, u32)>,
}

impl Coder {
    /// The capability of a node that encodes with it.
    pub fn capability(&self) -> String {
        format!("{}.{}", self.codec.capability(), self.element)
    }
}

/// Lists what encodes or decodes the codecs that browsers play: encoders first, sorted by codec, software before hardware. That
/// an element is listed does not prove that its driver works.
///
/// # Errors
/// `GStreamer` cannot be started.
pub fn coders() -> Result<Vec<Coder>, VideoError> {
    gstreamer::init()?;
    keep_allowed();
    Ok(listed())
}

/// Those that the registry has.
fn listed() -> Vec<Coder> {
    let mut found = of(Direction::Encode, ElementFactoryType::VIDEO_ENCODER, PadDirection::Src);
    let decoders = ElementFactoryType::DECODER | ElementFactoryType::MEDIA_VIDEO;
    found.extend(of(Direction::Decode, decoders, PadDirection::Sink));
    let key = |coder: &Coder| {
        (
            coder.direction,
            coder.codec,
            coder.accel.is_some(),
            coder.element.clone(),
        )
    };
    found.sort_by_key(key);
    found
}

/// The elements of a kind whose pad of that direction carries one of the codecs.
fn of(direction: Direction, kind: ElementFactoryType, coded: PadDirection) -> Vec<Coder> {
    let factories = ElementFactory::factories_with_type(kind, Rank::NONE);
    let coders = factories.iter().flat_map(|factory| {
        let codecs = Codec::ALL
            .into_iter()
            .filter(move |codec| carries(factory, coded, codec.media_type()));
        codecs.map(move |codec| Coder {
            direction,
            codec,
            element: factory.name().to_string(),
            accel: accel(factory),
            largest: largest(factory),
        })
    });
    coders.collect()
}

fn carries(factory: &ElementFactory, direction: PadDirection, media_type: &str) -> bool {
    let pads = factory.static_pad_templates();
    let mut wanted = pads.iter().filter(|pad| pad.direction() == direction);
    // What takes streams with transparency only is no decoder of the others.
    let is_plain = |caps: &StructureRef| caps.get::<bool>("codec-alpha") != Ok(true);
    wanted.any(|pad| {
        pad.caps()
            .iter()
            .any(|caps| caps.name() == media_type && is_plain(caps))
    })
}

/// The interface that an element uses, told by its name where it says of itself that it uses hardware.
fn accel(factory: &ElementFactory) -> Option<String> {
    const FAMILIES: [(&str, &str); 6] = [
        ("nv", "nvenc"),
        ("va", "vaapi"),
        ("qsv", "qsv"),
        ("msdk", "qsv"),
        ("v4l2", "v4l2"),
        ("mpp", "rkmpp"),
    ];
    let name = factory.name();
    let family = FAMILIES.iter().find(|(start, _)| name.starts_with(start));
    let is_hardware = factory
        .metadata("klass")
        .is_some_and(|class| class.contains("Hardware"));
    match family {
        Some((_, accel)) if is_hardware => Some((*accel).to_owned()),
        _ if is_hardware => Some("other".to_owned()),
        _ => None,
    }
}

/// The largest picture that the element's pads take: a driver often says so, a program seldom.
fn largest(factory: &ElementFactory) -> Option<(u32, u32)> {
    let pads = factory.static_pad_templates();
    let sink = pads.iter().find(|pad| pad.direction() == PadDirection::Sink)?;
    let caps = sink.caps();
    Some((bound(&caps, "width")?, bound(&caps, "height")?))
}

/// The largest value that any alternative allows; nothing where one of them has no bound.
fn bound(caps: &Caps, name: &str) -> Option<u32> {
    let bounds: Option<Vec<i32>> = caps
        .iter()
        .map(|caps| {
            let most = caps.get::<IntRange<i32>>(name).map(|range| range.max());
            most.or_else(|_| caps.get::<i32>(name)).ok()
        })
        .collect();
    let most = bounds?.into_iter().max()?;
    u32::try_from(most).ok().filter(|_| most < i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_what_is_installed_in_order() {
        // Not by `coders`, which takes elements away from the tests beside this one.
        gstreamer::init().unwrap();
        let found = listed();
        let order = |coder: &Coder| {
            (
                coder.direction,
                coder.codec,
                coder.accel.is_some(),
                coder.element.clone(),
            )
        };
        assert!(found.is_sorted_by_key(order));
        let x264 = found.iter().find(|coder| coder.element == "x264enc");
        assert!(x264.is_none_or(|coder| coder.codec == Codec::H264 && coder.direction == Direction::Encode));
        assert!(x264.is_none_or(|coder| coder.accel.is_none() && coder.largest.is_none()));
        let libav = found.iter().find(|coder| coder.element == "avdec_h264");
        assert!(libav.is_none_or(|coder| coder.codec == Codec::H264 && coder.direction == Direction::Decode));
    }

    #[test]
    fn bounds_hold_over_all_alternatives() {
        gstreamer::init().unwrap();
        let bound = |text: &str| bound(&text.parse().unwrap(), "width");
        assert_eq!(bound("video/x-raw, width=(int)[16, 4096]"), Some(4096));
        assert_eq!(
            bound("video/x-raw, width=(int)[16, 4096]; video/x-raw, width=(int)640"),
            Some(4096)
        );
        assert_eq!(bound("video/x-raw, width=(int)[16, 2147483647]"), None);
        assert_eq!(bound("video/x-raw, width=(int)[16, 4096]; video/x-raw"), None);
    }

    #[test]
    fn capabilities_name_codec_and_element() {
        let coder = Coder {
            direction: Direction::Encode,
            codec: Codec::Hevc,
            element: "nvh265enc".into(),
            accel: Some("nvenc".into()),
            largest: Some((8192, 8192)),
        };
        assert_eq!(coder.capability(), "encode.hevc.nvh265enc");
        let json = serde_json::to_string(&coder).unwrap();
        assert_eq!(serde_json::from_str::<Coder>(&json).unwrap(), coder);
    }
}
