//! A pipeline from its start to its end.

use std::sync::mpsc::Receiver;

use gstreamer::prelude::*;
use gstreamer::{ClockTime, MessageType, MessageView, Pipeline, State};

use super::element::names;
use super::failure;
use super::meter::Meter;
use super::order::{Failure, Fault, Progress, Report};

/// How often the parent hears of it.
const TICK: ClockTime = ClockTime::from_mseconds(250);

/// What the parent is told, and in which pass this is.
pub(super) struct Told<'a> {
    pub(super) done: u32,
    pub(super) count: u32,
    pub(super) tell: &'a mut dyn FnMut(&Report),
    /// What is at work beside the elements of the pipeline.
    pub(super) beside: Vec<String>,
}

/// Runs a pipeline to its end and stops it, whatever the end.
pub(super) fn to_the_end(
    pipeline: &Pipeline,
    meter: &Meter,
    failures: &Receiver<Failure>,
    duration_ms: Option<u64>,
    told: &mut Told<'_>,
) -> Result<(), Failure> {
    let result = follow(pipeline, meter, failures, duration_ms, told);
    // Threads of the pipeline are joined here, so that nothing is written any more afterwards.
    let _ = pipeline.set_state(State::Null);
    result
}

fn follow(
    pipeline: &Pipeline,
    meter: &Meter,
    failures: &Receiver<Failure>,
    duration_ms: Option<u64>,
    told: &mut Told<'_>,
) -> Result<(), Failure> {
    let bus = pipeline
        .bus()
        .ok_or_else(|| Failure::new(Fault::Element, "the pipeline has no bus"))?;
    // A refusal comes with a message that says more.
    let _ = pipeline.set_state(State::Playing);
    let mut known = 0;
    loop {
        if let Ok(failure) = failures.try_recv() {
            return Err(failure);
        }
        let kinds = [MessageType::Error, MessageType::Eos];
        let message = bus.timed_pop_filtered(TICK, &kinds);
        match message.as_ref().map(|message| message.view()) {
            // What was told before the end came is why it came.
            Some(MessageView::Eos(_)) => return failures.try_recv().map_or(Ok(()), Err),
            Some(MessageView::Error(error)) => return Err(failures.try_recv().unwrap_or_else(|_| failure::of(error))),
            _ => {}
        }
        let names = names(pipeline);
        if names.len() != known {
            known = names.len();
            let names = [told.beside.clone(), names].concat();
            (told.tell)(&Report::Elements { names });
        }
        let (read_ms, made_ms, bytes) = meter.read();
        (told.tell)(&Report::Progress(Progress {
            passes_done: told.done,
            passes: told.count,
            read_ms,
            made_ms,
            duration_ms,
            bytes,
        }));
    }
}
