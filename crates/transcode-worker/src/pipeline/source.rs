//! The beginning of the pipeline: the original, taken apart into its streams, of which two are chosen.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use gstreamer::prelude::*;
use gstreamer::{Caps, Element, Pad, PadProbeReturn, PadProbeType, Pipeline, StreamFlags, tags};

use super::element::{chain, link, make, pad, start};
use super::order::{Failure, Fault};

/// The streams that are used.
pub(super) struct Chosen {
    pub(super) video: Option<Pad>,
    pub(super) audio: Option<Pad>,
}

/// Adds the source to a pipeline; `use_streams` is called once, when all streams are known. Those that it
/// leaves are dropped.
pub(super) fn add_to(
    pipeline: &Pipeline,
    input: &Path,
    use_streams: impl FnOnce(Chosen) -> Result<(), Failure> + Send + 'static,
    failed: impl Fn(Failure) + Send + Sync + 'static,
) -> Result<(), Failure> {
    let file = make("filesrc")?;
    file.set_property("location", input.to_string_lossy().as_ref());
    let parse = make("parsebin")?;
    chain(pipeline.upcast_ref(), &[file, parse.clone()])?;
    let waiting = Arc::new(Mutex::new(Some(use_streams)));
    let failed = Arc::new(failed);
    parse.connect_pad_added(move |parse, pad| {
        let parse = parse.downgrade();
        let (waiting, failed) = (Arc::clone(&waiting), Arc::clone(&failed));
        // Nothing flows before all pads are there, so whoever is first here sees all of them; the others wait for it.
        pad.add_probe(PadProbeType::BLOCK_DOWNSTREAM, move |pad, _| {
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(parse) = parse.upgrade() {
                let connected = match waiting.take() {
                    Some(use_streams) => use_streams(choose(&parse.src_pads())),
                    None => Ok(()),
                };
                match connected {
                    Ok(()) => drain(pad),
                    Err(failure) => failed(failure),
                }
            }
            PadProbeReturn::Remove
        });
    });
    Ok(())
}

/// The first video that is no cover art, then sound: each prefers what the file calls its default, then the most bits.
fn choose(pads: &[Pad]) -> Chosen {
    Chosen {
        video: best(pads, |caps| {
            let name = caps.structure(0)?.name().to_string();
            (name.starts_with("video/") || name.starts_with("image/")).then(|| !is_picture(caps))
        }),
        audio: best(pads, |caps| {
            caps.structure(0)?.name().starts_with("audio/").then_some(true)
        }),
    }
}

/// Of the pads that `class` wants, the best; true is better than false.
fn best(pads: &[Pad], class: impl Fn(&Caps) -> Option<bool>) -> Option<Pad> {
    let mut found: Option<((bool, bool, u32), &Pad)> = None;
    for pad in pads {
        let Some(wanted) = caps_of(pad).as_ref().and_then(&class) else {
            continue;
        };
        let merit = (wanted, is_default(pad), bitrate(pad));
        if found.as_ref().is_none_or(|(best, _)| merit > *best) {
            found = Some((merit, pad));
        }
    }
    found.map(|(_, pad)| pad.clone())
}

fn caps_of(pad: &Pad) -> Option<Caps> {
    pad.current_caps().or_else(|| Some(pad.query_caps(None)))
}

/// A stream of pictures without a rate is a cover.
fn is_picture(caps: &Caps) -> bool {
    let Some(structure) = caps.structure(0) else {
        return false;
    };
    let rate = structure.get::<gstreamer::Fraction>("framerate");
    structure.name().starts_with("image/") && rate.is_ok_and(|rate| rate.numer() <= 1)
}

fn is_default(pad: &Pad) -> bool {
    let start = pad.sticky_event::<gstreamer::event::StreamStart>(0);
    start.is_some_and(|start| start.stream_flags().contains(StreamFlags::SELECT))
}

fn bitrate(pad: &Pad) -> u32 {
    let mut most = 0;
    let mut index = 0;
    while let Some(event) = pad.sticky_event::<gstreamer::event::Tag>(index) {
        let list = event.tag();
        let nominal = list.get::<tags::NominalBitrate>().map(|value| value.get());
        let told = list.get::<tags::Bitrate>().map(|value| value.get()).or(nominal);
        most = most.max(told.unwrap_or(0));
        index += 1;
    }
    most
}

/// Drops what comes of a stream that nobody wants. A sink would hold the first buffer until the pipeline plays, and with it the thread of
/// the demuxer, while the pipeline waits for the frames that this thread would bring.
fn drain(source: &Pad) {
    if !source.is_linked() {
        source.add_probe(PadProbeType::DATA_DOWNSTREAM, |_, _| PadProbeReturn::Drop);
    }
}

/// Adds elements in a row behind a pad of a pipeline that runs already.
pub(super) fn add_after(pipeline: &Pipeline, source: &Pad, elements: &[Element]) -> Result<(), Failure> {
    let Some(first) = elements.first() else { return Ok(()) };
    chain(pipeline.upcast_ref(), elements)?;
    start(elements)?;
    link(source, &pad(first, "sink")?)
}

/// What a pipeline without pictures comes to.
pub(super) fn no_video() -> Failure {
    Failure::new(Fault::File, "the file has no video stream")
}
