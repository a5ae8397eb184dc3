//! The end of the pipeline: an MP4 whose index comes first, without metadata of the original.

use std::path::Path;

use gstreamer::prelude::*;
use gstreamer::{Element, EventType, Pad, PadProbeData, PadProbeReturn, PadProbeType, Pipeline};

use super::element::{chain, make, pad};
use super::meter::Meter;
use super::order::{Failure, Fault};

/// An MP4 in the making.
pub(super) struct Muxer {
    element: Element,
}

/// The kinds of streams it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Track {
    Video,
    Audio,
}

impl Muxer {
    /// Adds the end to a pipeline.
    pub(super) fn add_to(pipeline: &Pipeline, output: &Path, samples: &Path, meter: &Meter) -> Result<Self, Failure> {
        let element = make("mp4mux")?;
        element.set_property("faststart", true);
        element.set_property("faststart-file", samples.to_string_lossy().as_ref());
        let sink = make("filesink")?;
        sink.set_property("location", output.to_string_lossy().as_ref());
        meter.watch_writing(&pad(&sink, "sink")?);
        chain(pipeline.upcast_ref(), &[element.clone(), sink])?;
        Ok(Self { element })
    }

    /// A new track; its pad lets no tags pass.
    pub(super) fn track(&self, track: Track) -> Result<Pad, Failure> {
        let template = match track {
            Track::Video => "video_%u",
            Track::Audio => "audio_%u",
        };
        let pad = self
            .element
            .request_pad_simple(template)
            .ok_or_else(|| Failure::new(Fault::Element, format!("mp4mux gives no pad {template}")))?;
        drop_metadata(&pad);
        Ok(pad)
    }
}

/// What players and strangers might read of the camera, the place and the software goes no further.
fn drop_metadata(pad: &Pad) {
    pad.add_probe(PadProbeType::EVENT_DOWNSTREAM, |_, info| {
        let is_metadata = match &info.data {
            Some(PadProbeData::Event(event)) => matches!(event.type_(), EventType::Tag | EventType::Toc),
            _ => false,
        };
        if is_metadata {
            info.data = None;
            return PadProbeReturn::Handled;
        }
        PadProbeReturn::Ok
    });
}
