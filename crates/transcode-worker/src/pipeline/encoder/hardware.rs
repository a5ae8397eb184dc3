//! The encoders of graphics cards. Their properties differ from release to release: what one has is set, the rest is left.

use gstreamer::Element;
use safelight_core::settings::{CqMode, HardwareAcceleration};
use safelight_video::Codec;

use super::Encoder;
use crate::pipeline::element::{make_optional, set};
use crate::pipeline::order::{Failure, Fault};
use crate::recipe::{Rate, VideoRecipe};

/// The distance of key frames, where nothing else is said.
const GOP: u32 = 256;

pub(super) fn encoder(recipe: &VideoRecipe, set_aside: &[String]) -> Result<Encoder, Failure> {
    let names = names(recipe.hardware.accel, recipe.codec, recipe.hardware.device.as_deref());
    let usable = names.iter().filter(|name| !set_aside.contains(name));
    let element = usable.into_iter().find_map(|name| make_optional(name)).ok_or_else(|| {
        let (accel, names) = (recipe.hardware.accel, names.join(", "));
        Failure::new(
            Fault::Missing,
            format!("{accel}: this machine has none of the GStreamer elements, or they fail: {names}"),
        )
    })?;
    match recipe.hardware.accel {
        HardwareAcceleration::Nvenc => nvenc(&element, recipe),
        HardwareAcceleration::Qsv => qsv(&element, recipe),
        HardwareAcceleration::Vaapi => vaapi(&element, recipe),
        HardwareAcceleration::Rkmpp => rkmpp(&element, recipe),
        HardwareAcceleration::Disabled => {}
    }
    Ok(Encoder {
        element,
        formats: &["NV12", "I420"],
    })
}

/// The elements of an interface, the wanted device first.
pub(super) fn names(accel: HardwareAcceleration, codec: Codec, device: Option<&str>) -> Vec<String> {
    let short = short(codec);
    let plain = families(accel);
    let of_device = device.and_then(|device| match accel {
        HardwareAcceleration::Qsv => Some(format!("qsv{device}{short}enc")),
        HardwareAcceleration::Vaapi => Some(format!("va{device}{short}enc")),
        _ => None,
    });
    let of_any = plain.iter().map(|family| match *family {
        "nvautogpu" => format!("nvautogpu{short}enc"),
        family => format!("{family}{short}enc"),
    });
    of_device.into_iter().chain(of_any).collect()
}

const fn families(accel: HardwareAcceleration) -> &'static [&'static str] {
    match accel {
        HardwareAcceleration::Nvenc => &["nvautogpu", "nv", "nvcuda"],
        HardwareAcceleration::Qsv => &["qsv"],
        HardwareAcceleration::Vaapi => &["va", "vaapi"],
        HardwareAcceleration::Rkmpp => &["mpp"],
        HardwareAcceleration::Disabled => &[],
    }
}

/// The codec in the names of elements.
const fn short(codec: Codec) -> &'static str {
    match codec {
        Codec::H264 => "h264",
        Codec::Hevc => "h265",
        Codec::Vp9 => "vp9",
        Codec::Av1 => "av1",
    }
}

/// Whether an element belongs to a family, for one device or for any.
pub(super) fn is_used(element: &str, codec: Codec) -> bool {
    let families = HardwareAcceleration::ALL.iter().flat_map(|accel| families(*accel));
    let ending = format!("{}enc", short(codec));
    element.ends_with(&ending) && families.into_iter().any(|family| element.starts_with(family))
}

fn quality(recipe: &VideoRecipe) -> (u32, Option<u32>) {
    match recipe.rate {
        Rate::Quality { crf, max_kbit } => (crf, max_kbit),
        Rate::TwoPass { crf, max_kbit, .. } => (crf, Some(max_kbit)),
    }
}

/// `p7` is the slowest, `p1` the quickest.
fn nvenc(element: &Element, recipe: &VideoRecipe) {
    let (crf, max) = quality(recipe);
    set(element, "preset", format!("p{}", 8 - recipe.preset.index().clamp(1, 7)));
    if recipe.hardware.quality == CqMode::Cqp {
        set(element, "rc-mode", "constqp");
        set(element, "qp-const", crf);
    } else {
        set(element, "rc-mode", "vbr");
        set(element, "const-quality", crf);
        set(element, "bitrate", 0);
        optional(element, "max-bitrate", max);
    }
    set(element, "gop-size", recipe.gop.unwrap_or(GOP));
    set(element, "temporal-aq", recipe.hardware.temporal_aq);
    optional(element, "bframes", recipe.bframes);
}

fn qsv(element: &Element, recipe: &VideoRecipe) {
    let (crf, max) = quality(recipe);
    set(element, "target-usage", usage(recipe));
    if recipe.hardware.quality == CqMode::Cqp {
        set(element, "rate-control", "cqp");
        for frame in ["qp-i", "qp-p", "qp-b"] {
            set(element, frame, crf);
        }
    } else if let Some(max) = max {
        set(element, "rate-control", "qvbr");
        set(element, "qvbr-quality", crf);
        set(element, "bitrate", max);
        set(element, "max-bitrate", max);
    } else {
        set(element, "rate-control", "icq");
        set(element, "icq-quality", crf);
    }
    set(element, "gop-size", recipe.gop.unwrap_or(GOP));
    set(element, "b-frames", recipe.bframes.unwrap_or(7));
    set(element, "ref-frames", recipe.refs.unwrap_or(5));
}

fn vaapi(element: &Element, recipe: &VideoRecipe) {
    let (crf, max) = quality(recipe);
    set(element, "target-usage", usage(recipe));
    if let Some(max) = max {
        set(element, "rate-control", "vbr");
        set(element, "bitrate", max);
    } else if recipe.hardware.quality == CqMode::Icq {
        set(element, "rate-control", "icq");
        set(element, "qpi", crf);
    } else {
        set(element, "rate-control", "cqp");
        for frame in ["qpi", "qpp", "qpb"] {
            set(element, frame, crf);
        }
    }
    set(element, "key-int-max", recipe.gop.unwrap_or(GOP));
    optional(element, "b-frames", recipe.bframes);
    optional(element, "ref-frames", recipe.refs);
}

fn rkmpp(element: &Element, recipe: &VideoRecipe) {
    let (crf, max) = quality(recipe);
    if let Some(max) = max {
        set(element, "rc-mode", "vbr");
        let bits = max.saturating_mul(1_000);
        set(element, "bps", bits);
        set(element, "bps-max", bits);
    } else {
        set(element, "rc-mode", "fixqp");
        set(element, "qp-init", crf);
    }
    set(element, "gop", recipe.gop.unwrap_or(GOP));
}

/// 1 is the best quality, 7 the quickest.
fn usage(recipe: &VideoRecipe) -> u8 {
    recipe.preset.index().clamp(1, 7)
}

fn optional(element: &Element, name: &str, value: Option<u32>) {
    if let Some(value) = value {
        set(element, name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_is_named_comes_first() {
        let of = |accel, device| names(accel, Codec::Hevc, device);
        let vaapi = of(HardwareAcceleration::Vaapi, Some("renderD129"));
        assert_eq!(vaapi, ["varenderD129h265enc", "vah265enc", "vaapih265enc"]);
        assert_eq!(of(HardwareAcceleration::Qsv, None), ["qsvh265enc"]);
        assert_eq!(of(HardwareAcceleration::Rkmpp, Some("x")), ["mpph265enc"]);
    }
}
