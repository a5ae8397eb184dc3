//! The encoders that run on any processor.

use gstreamer::Element;
use safelight_video::Codec;

use super::{Encoder, Pass};
use crate::pipeline::element::{make, set};
use crate::pipeline::order::{Failure, Fault};
use crate::recipe::{Rate, VideoRecipe};

/// What `libvpx` takes for "as many bits as it needs", in bits per second.
const BOUNDLESS: u64 = 1_000_000_000;

/// The quickest preset of `libaom` that is not meant for calls.
const QUICKEST_AV1: u8 = 6;

/// The quickest preset of `libvpx` that is not meant for calls.
const QUICKEST_VP9: u8 = 5;

/// The element that encodes a codec.
pub(super) const fn name(codec: Codec) -> &'static str {
    match codec {
        Codec::H264 => "x264enc",
        Codec::Hevc => "x265enc",
        Codec::Vp9 => "vp9enc",
        Codec::Av1 => "av1enc",
    }
}

pub(super) fn encoder(recipe: &VideoRecipe, pass: &Pass) -> Result<Encoder, Failure> {
    let element = match recipe.codec {
        Codec::H264 => x264(recipe, pass)?,
        Codec::Hevc => x265(recipe, pass)?,
        Codec::Vp9 => vp9(recipe, pass)?,
        Codec::Av1 => av1(recipe)?,
    };
    Ok(Encoder {
        element,
        formats: &["I420"],
    })
}

/// Sets what the element cannot do without.
#[expect(clippy::needless_pass_by_value, reason = "numbers and words are given as they are")]
fn must(element: &Element, name: &str, value: impl ToString) -> Result<(), Failure> {
    let text = value.to_string();
    if set(element, name, &text) {
        return Ok(());
    }
    let element = gstreamer::prelude::GstObjectExt::name(element);
    Err(Failure::new(
        Fault::Element,
        format!("{element} does not take {name}={text}"),
    ))
}

fn x264(recipe: &VideoRecipe, pass: &Pass) -> Result<Element, Failure> {
    let element = make(name(Codec::H264))?;
    must(&element, "speed-preset", recipe.preset.as_str())?;
    match (recipe.rate, pass) {
        (
            Rate::TwoPass {
                target_kbit, max_kbit, ..
            },
            Pass::First(notes) | Pass::Second(notes),
        ) => {
            must(
                &element,
                "pass",
                if pass.only_takes_notes() { "pass1" } else { "pass2" },
            )?;
            must(&element, "multipass-cache-file", notes.display())?;
            must(&element, "bitrate", target_kbit)?;
            set(&element, "vbv-buf-capacity", 0);
            // The element's own bound is the rate it aims at.
            set(
                &element,
                "option-string",
                format!("vbv-maxrate={max_kbit}:vbv-bufsize={}", max_kbit.saturating_mul(2)),
            );
        }
        (rate, _) => {
            let Rate::Quality { crf, max_kbit } = rate.in_one_pass() else {
                return Ok(element);
            };
            must(&element, "pass", "qual")?;
            must(&element, "quantizer", crf.min(50))?;
            match max_kbit {
                Some(max) => {
                    must(&element, "bitrate", max)?;
                    // Milliseconds at the bound: twice the bound.
                    must(&element, "vbv-buf-capacity", 2_000)?;
                }
                // Left alone it holds the quality down to 2 Mbit/s.
                None => must(&element, "vbv-buf-capacity", 0)?,
            }
        }
    }
    optional(&element, "key-int-max", recipe.gop);
    optional(&element, "bframes", recipe.bframes);
    optional(&element, "ref", recipe.refs);
    optional(&element, "threads", recipe.threads);
    Ok(element)
}

fn x265(recipe: &VideoRecipe, pass: &Pass) -> Result<Element, Failure> {
    let element = make(name(Codec::Hevc))?;
    must(&element, "speed-preset", recipe.preset.as_str())?;
    let mut options = match (recipe.rate, pass) {
        (
            Rate::TwoPass {
                target_kbit, max_kbit, ..
            },
            Pass::First(notes) | Pass::Second(notes),
        ) => {
            let number = if pass.only_takes_notes() { 1 } else { 2 };
            must(&element, "bitrate", target_kbit)?;
            vec![
                format!("pass={number}"),
                format!("stats={}", notes.display()),
                format!("bitrate={target_kbit}"),
                format!("vbv-maxrate={max_kbit}"),
                format!("vbv-bufsize={}", max_kbit.saturating_mul(2)),
            ]
        }
        (rate, _) => match rate.in_one_pass() {
            Rate::Quality {
                crf,
                max_kbit: Some(max),
            } => vec![
                format!("crf={crf}"),
                format!("vbv-maxrate={max}"),
                format!("vbv-bufsize={}", max.saturating_mul(2)),
            ],
            Rate::Quality { crf, .. } | Rate::TwoPass { crf, .. } => vec![format!("crf={crf}")],
        },
    };
    options.extend(recipe.bframes.map(|frames| format!("bframes={frames}")));
    options.extend(recipe.refs.map(|frames| format!("ref={frames}")));
    options.extend(recipe.threads.map(|threads| format!("pools={threads}")));
    must(&element, "option-string", options.join(":"))?;
    optional(&element, "key-int-max", recipe.gop);
    Ok(element)
}

/// The level of quality alone does not hold where bits are free: the smallest quantizer does.
fn vp9(recipe: &VideoRecipe, pass: &Pass) -> Result<Element, Failure> {
    let element = make(name(Codec::Vp9))?;
    match (recipe.rate, pass) {
        (Rate::TwoPass { target_kbit, .. }, Pass::First(notes) | Pass::Second(notes)) => {
            let mode = if pass.only_takes_notes() {
                "first-pass"
            } else {
                "last-pass"
            };
            must(&element, "multipass-mode", mode)?;
            must(&element, "multipass-cache-file", notes.display())?;
            must(&element, "target-bitrate", u64::from(target_kbit).saturating_mul(1_000))?;
        }
        (rate, _) => {
            let Rate::Quality { crf, max_kbit } = rate.in_one_pass() else {
                return Ok(element);
            };
            let bits = max_kbit.map_or(BOUNDLESS, |kbit| u64::from(kbit).saturating_mul(1_000));
            must(&element, "end-usage", "cq")?;
            must(&element, "cq-level", crf.min(63))?;
            must(&element, "min-quantizer", crf.min(63))?;
            must(&element, "target-bitrate", bits.min(u64::from(i32::MAX.unsigned_abs())))?;
        }
    }
    must(&element, "cpu-used", recipe.preset.index().min(QUICKEST_VP9))?;
    set(&element, "row-mt", true);
    optional(&element, "keyframe-max-dist", recipe.gop);
    set(&element, "threads", recipe.threads.unwrap_or_else(cores).min(64));
    Ok(element)
}

/// `libaom` knows no level of quality here: its smallest quantizer is one.
fn av1(recipe: &VideoRecipe) -> Result<Element, Failure> {
    let element = make(name(Codec::Av1))?;
    let Rate::Quality { crf, max_kbit } = recipe.rate.in_one_pass() else {
        return Ok(element);
    };
    must(&element, "end-usage", if max_kbit.is_some() { "cq" } else { "q" })?;
    must(&element, "min-quantizer", crf.min(63))?;
    must(&element, "max-quantizer", 63)?;
    if let Some(max) = max_kbit {
        must(&element, "target-bitrate", max)?;
    }
    must(&element, "cpu-used", recipe.preset.index().min(QUICKEST_AV1))?;
    set(&element, "row-mt", true);
    // Key frames every second, as the element would have it by itself, cost a third more.
    set(&element, "keyframe-max-dist", recipe.gop.unwrap_or(250));
    set(&element, "threads", recipe.threads.unwrap_or_else(cores));
    Ok(element)
}

fn optional(element: &Element, name: &str, value: Option<u32>) {
    if let Some(value) = value {
        set(element, name, value);
    }
}

fn cores() -> u32 {
    std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(64))
}
