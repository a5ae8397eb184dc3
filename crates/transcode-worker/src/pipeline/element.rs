//! Elements by name, and their properties where they have them.

use gstreamer::glib::{ParamFlags, ParamSpec, ParamSpecInt, ParamSpecUInt, Value};
use gstreamer::prelude::*;
use gstreamer::{Bin, Caps, Element, ElementFactory};

use super::order::{Failure, Fault};

/// An element.
///
/// # Errors
/// It is not installed; the message says in which package it is.
pub(super) fn make(name: &str) -> Result<Element, Failure> {
    ElementFactory::make(name)
        .build()
        .map_err(|_| Failure::new(Fault::Missing, missing(name)))
}

/// An element, if it is installed.
pub(super) fn make_optional(name: &str) -> Option<Element> {
    ElementFactory::make(name).build().ok()
}

fn missing(name: &str) -> String {
    format!(
        "this machine has no GStreamer element {name} (on Debian it is in gstreamer1.0-{})",
        package(name)
    )
}

/// The Debian package of an element this crate asks for.
fn package(name: &str) -> &'static str {
    match name {
        "x264enc" => "plugins-ugly",
        "avenc_aac" => "libav",
        "vp9enc" | "qtdemux" | "mp4mux" | "videoflip" | "deinterlace" | "lamemp3enc" | "mpegaudioparse"
        | "aacparse" => "plugins-good",
        "parsebin" | "decodebin" | "videoconvertscale" | "audioconvert" | "audioresample" | "opusenc" => "plugins-base",
        _ => "plugins-bad",
    }
}

/// Sets a property by its text; false where this version of the element has no such property or does not take the value.
#[expect(clippy::needless_pass_by_value, reason = "numbers and words are given as they are")]
pub(super) fn set(element: &Element, name: &str, text: impl ToString) -> bool {
    let Some(spec) = element.find_property(name) else {
        return false;
    };
    let writable = spec.flags().contains(ParamFlags::WRITABLE) && !spec.flags().contains(ParamFlags::CONSTRUCT_ONLY);
    match Value::deserialize_with_pspec(&text.to_string(), &spec) {
        Ok(value) if writable && is_in_range(&spec, &value) => {
            element.set_property_from_value(name, &value);
            true
        }
        _ => false,
    }
}

/// Whole numbers have bounds that differ between releases.
fn is_in_range(spec: &ParamSpec, value: &Value) -> bool {
    if let Some(spec) = spec.downcast_ref::<ParamSpecInt>() {
        return value
            .get::<i32>()
            .is_ok_and(|value| (spec.minimum()..=spec.maximum()).contains(&value));
    }
    if let Some(spec) = spec.downcast_ref::<ParamSpecUInt>() {
        return value
            .get::<u32>()
            .is_ok_and(|value| (spec.minimum()..=spec.maximum()).contains(&value));
    }
    true
}

/// Lets only these caps pass.
pub(super) fn filter(caps: &Caps) -> Result<Element, Failure> {
    let filter = make("capsfilter")?;
    filter.set_property("caps", caps);
    Ok(filter)
}

/// A buffer between two threads that holds at most this many bytes, or this many frames.
pub(super) fn queue(bytes: u32, buffers: u32) -> Result<Element, Failure> {
    let queue = make("queue")?;
    queue.set_property("max-size-bytes", bytes);
    queue.set_property("max-size-buffers", buffers);
    queue.set_property("max-size-time", 0_u64);
    Ok(queue)
}

/// Adds elements to a bin and links them in a row.
pub(super) fn chain(bin: &Bin, elements: &[Element]) -> Result<(), Failure> {
    let failed = |error: gstreamer::glib::BoolError| Failure::new(Fault::Element, error.to_string());
    bin.add_many(elements).map_err(failed)?;
    Element::link_many(elements).map_err(failed)?;
    Ok(())
}

/// A pad that every element of this kind has.
pub(super) fn pad(element: &Element, name: &str) -> Result<gstreamer::Pad, Failure> {
    element
        .static_pad(name)
        .ok_or_else(|| Failure::new(Fault::Element, format!("{} has no pad {name}", element.name())))
}

/// Links two pads.
pub(super) fn link(from: &gstreamer::Pad, to: &gstreamer::Pad) -> Result<(), Failure> {
    let refused = |error| {
        let caps = from.current_caps().map(|caps| caps.to_string()).unwrap_or_default();
        let words = format!("cannot link {} to {}: {error:?} ({caps})", from.name(), to.name());
        Failure::new(
            Fault::Element,
            "the film could not be made playable: the parts that are needed do not fit together",
        )
        .with_words(words)
    };
    from.link(to).map(drop).map_err(refused)
}

/// The names of all kinds of elements that are at work below a bin, sorted.
pub(super) fn names(bin: &impl IsA<Bin>) -> Vec<String> {
    let mut names = Vec::new();
    let mut elements = bin.iterate_recurse();
    while let Ok(Some(element)) = elements.next() {
        names.extend(element.factory().map(|factory| factory.name().to_string()));
    }
    names.sort();
    names.dedup();
    names
}
