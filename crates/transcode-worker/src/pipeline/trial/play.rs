//! Small pipelines from their start to their end.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use gstreamer::prelude::*;
use gstreamer::{
    BusSyncReply, ClockTime, Element, MessageType, MessageView, Pad, PadProbeReturn, PadProbeType, Pipeline, State,
};

use crate::devices;
use crate::pipeline::element::pad;
use crate::pipeline::failure;
use crate::pipeline::order::{Failure, Fault};

/// How long a pipeline that has all its input may take to its end; the parent has less patience with hardware.
const DRAINING: ClockTime = ClockTime::from_seconds(240);

/// Runs a pipeline to its end; `feed` gives it its input, and `stop_feeding` is called when it has failed meanwhile. Answers with what
/// `feed` did, and which devices were in use at the end.
pub(super) fn play<T>(
    pipeline: &Pipeline,
    stop_feeding: impl Fn() + Send + Sync + 'static,
    feed: impl FnOnce() -> T,
) -> Result<(T, Vec<PathBuf>), Failure> {
    let result = to_the_end(pipeline, stop_feeding, feed);
    let used = devices::used();
    let _ = pipeline.set_state(State::Null);
    Ok((result?, used))
}

fn to_the_end<T>(
    pipeline: &Pipeline,
    stop_feeding: impl Fn() + Send + Sync + 'static,
    feed: impl FnOnce() -> T,
) -> Result<T, Failure> {
    let bus = pipeline
        .bus()
        .ok_or_else(|| Failure::new(Fault::Element, "the pipeline has no bus"))?;
    // Called by the thread that fails: this one waits for room that will never come.
    bus.set_sync_handler(move |_, message| {
        if let MessageView::Error(_) = message.view() {
            stop_feeding();
        }
        BusSyncReply::Pass
    });
    // A refusal comes with a message that says more.
    let input = match pipeline.set_state(State::Playing) {
        Ok(_) => Some(feed()),
        Err(_) => None,
    };
    let wait = if input.is_some() { DRAINING } else { ClockTime::ZERO };
    let message = bus.timed_pop_filtered(wait, &[MessageType::Error, MessageType::Eos]);
    match (message.as_ref().map(|message| message.view()), input) {
        (Some(MessageView::Error(error)), _) => Err(failure::of(error).in_its_own_words()),
        (Some(_), Some(input)) => Ok(input),
        (_, None) => Err(Failure::new(Fault::Element, "it cannot be started")),
        (None, Some(_)) => {
            let waited = DRAINING.seconds();
            Err(Failure::new(
                Fault::Element,
                format!("it did not end within {waited} s"),
            ))
        }
    }
}

/// Counts the buffers that an element takes.
pub(super) fn count(element: &Element) -> Result<Arc<AtomicU32>, Failure> {
    let total = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&total);
    pad(element, "sink")?.add_probe(PadProbeType::BUFFER, move |_, _| {
        counter.fetch_add(1, Ordering::Relaxed);
        PadProbeReturn::Ok
    });
    Ok(total)
}

/// Links the first pad that an element gets to `into`.
pub(super) fn link_later(element: &Element, into: Pad) {
    // What cannot be linked fails with a message of its own.
    element.connect_pad_added(move |_, pad| {
        let _ = pad.link(&into);
    });
}
