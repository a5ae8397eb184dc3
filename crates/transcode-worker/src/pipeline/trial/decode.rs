//! A decoder is tried.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Instant;

use gstreamer::Pipeline;
use gstreamer::prelude::*;
use safelight_video::Codec;

use super::Measured;
use super::play::{count, link_later, play};
use crate::pipeline::element::{chain, make, pad};
use crate::pipeline::encoder::parser;
use crate::pipeline::order::{Failure, Fault};
use crate::pipeline::start;

/// Decodes a sample that an encoder of this machine made.
///
/// # Errors
/// The element is not there, or failed, or lost frames.
pub fn try_decoder(element: &str, codec: Codec, sample: &Path) -> Result<Measured, Failure> {
    start()?;
    let source = make("filesrc")?;
    source.set_property("location", sample.to_string_lossy().as_ref());
    let demuxer = make("matroskademux")?;
    // Decoders differ in the form of the stream that they take; the parser gives each its own.
    let (parser, decoder, sink) = (make(parser(codec))?, make(element)?, make("fakesink")?);
    sink.set_property("sync", false);
    let pipeline = Pipeline::new();
    chain(pipeline.upcast_ref(), &[source, demuxer.clone()])?;
    chain(pipeline.upcast_ref(), &[parser.clone(), decoder, sink.clone()])?;
    let (taken, given) = (count(&parser)?, count(&sink)?);
    link_later(&demuxer, pad(&parser, "sink")?);
    let begun = Instant::now();
    let ((), devices) = play(&pipeline, || (), || ())?;
    let (taken, given) = (taken.load(Ordering::Relaxed), given.load(Ordering::Relaxed));
    if given < taken || given == 0 {
        let message = format!("it decoded {given} of {taken} frames");
        return Err(Failure::new(Fault::Element, message));
    }
    Ok(Measured {
        frames: given,
        seconds: begun.elapsed().as_secs_f64(),
        devices,
    })
}
