//! Running a pipeline for the pictures of one pass.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use gstreamer::glib;
use gstreamer::prelude::*;
use gstreamer::{
    BufferFlags, Caps, ClockTime, Element, ElementFactory, MessageType, Pad, PadProbeReturn, PadProbeType, Pipeline,
    State,
};
use gstreamer_app::AppSink;

use super::candidate::Candidate;
use super::plan::Pass;
use crate::error::Refusal;

/// How often the errors of a pipeline are looked for while no picture comes.
const TICK: ClockTime = ClockTime::from_mseconds(200);

/// What one pass gave.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) candidates: Vec<Candidate>,
    /// What went wrong, if anything did.
    pub(super) complaint: Option<String>,
}

fn broken(error: impl std::fmt::Display) -> Refusal {
    Refusal::Broken(error.to_string())
}

/// Decodes the pictures of a pass from the stream of that name. Pictures from before an error count.
pub(super) fn collect(file: &Path, stream: &str, pass: &Pass) -> Result<Collected, Refusal> {
    let uri = glib::filename_to_uri(file, None).map_err(|error| Refusal::Unopened(error.to_string()))?;
    let raw = Caps::builder("video/x-raw").build();
    let source = ElementFactory::make("uridecodebin")
        .property("uri", uri.as_str())
        .build()
        .map_err(broken)?;
    let sink = AppSink::builder().caps(&raw).sync(false).max_buffers(2).build();
    let pipeline = Pipeline::new();
    pipeline.add_many([&source, sink.upcast_ref()]).map_err(broken)?;
    link(&source, &sink, stream);
    thin_out(&pipeline, *pass);
    let started = pipeline.set_state(State::Playing);
    let collected = match started {
        Ok(_) => pull(&pipeline, &sink, pass),
        Err(error) => Ok(Collected {
            complaint: Some(complaint_of(&pipeline).unwrap_or_else(|| error.to_string())),
            ..Collected::default()
        }),
    };
    // What cannot be stopped ends with this process.
    let _ = pipeline.set_state(State::Null);
    collected
}

/// Joins the decoder of the stream with the sink.
fn link(source: &Element, sink: &AppSink, stream: &str) {
    let (sink, waiting, stream) = (sink.downgrade(), sink.downgrade(), stream.to_owned());
    source.connect_pad_added(move |_, pad| {
        let is_ours = pad.stream_id().is_some_and(|id| id.as_str() == stream);
        let target = sink.upgrade().and_then(|sink| sink.static_pad("sink"));
        if let (true, Some(target)) = (is_ours, target)
            && !target.is_linked()
        {
            // A link that fails leaves the pipeline without pictures, which is noticed.
            let _ = pad.link(&target);
        }
    });
    source.connect_no_more_pads(move |source| {
        let is_linked = waiting
            .upgrade()
            .and_then(|sink| sink.static_pad("sink"))
            .is_some_and(|pad| pad.is_linked());
        if !is_linked {
            gstreamer::element_error!(source, gstreamer::StreamError::Failed, ["the stream is not there"]);
        }
    });
}

/// Lets only those pictures into the decoders that are wanted out of them, and ends the stream behind the last.
fn thin_out(pipeline: &Pipeline, pass: Pass) {
    pipeline.connect_deep_element_added(move |_, _, element| {
        let is_decoder = element
            .factory()
            .and_then(|factory| factory.metadata("klass").map(ToString::to_string))
            .is_some_and(|class| class.contains("Decoder") && (class.contains("Video") || class.contains("Image")));
        if !is_decoder || element.is::<gstreamer::Bin>() {
            return;
        }
        if element.has_property("thread-type") {
            // Threads that decode pictures side by side wait for more pictures than there are.
            element.set_property_from_str("thread-type", "slice");
        }
        if let Some(pad) = element.static_pad("sink") {
            guard(&pad, pass);
        }
    });
}

/// What the door of a decoder remembers.
#[derive(Debug, Default)]
struct Passed {
    first: Option<ClockTime>,
    last: Option<ClockTime>,
    count: u64,
    is_closed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    In,
    Out,
    Close,
}

impl Passed {
    /// Whether a coded picture comes in.
    fn judge(&mut self, pass: &Pass, at: Option<ClockTime>, is_key: bool) -> Verdict {
        if self.is_closed {
            return Verdict::Out;
        }
        let first = *self.first.get_or_insert(at.unwrap_or_default());
        let into = at.map_or(ClockTime::ZERO, |at| at.saturating_sub(first));
        if self.count > 0 && (into > pass.span || (pass.key_frames_only && self.count >= pass.most)) {
            self.is_closed = true;
            return Verdict::Close;
        }
        if !pass.key_frames_only {
            self.count += 1;
            return Verdict::In;
        }
        let is_far = match (self.last, at) {
            (Some(last), Some(at)) => at.saturating_sub(last) >= pass.apart,
            _ => true,
        };
        if is_key && is_far {
            self.count += 1;
            self.last = at.or(self.last);
            Verdict::In
        } else {
            Verdict::Out
        }
    }
}

fn guard(pad: &Pad, pass: Pass) {
    let passed = Arc::new(Mutex::new(Passed::default()));
    pad.add_probe(PadProbeType::BUFFER, move |pad, info| {
        let Some(buffer) = info.buffer() else {
            return PadProbeReturn::Ok;
        };
        let time = buffer.dts_or_pts();
        if time.is_none() && buffer.flags().contains(BufferFlags::HEADER) {
            // What the decoder needs to know before the first picture.
            return PadProbeReturn::Ok;
        }
        let verdict = passed.lock().unwrap_or_else(PoisonError::into_inner).judge(
            &pass,
            time,
            !buffer.flags().contains(BufferFlags::DELTA_UNIT),
        );
        match verdict {
            Verdict::In => PadProbeReturn::Ok,
            Verdict::Out => PadProbeReturn::Handled,
            Verdict::Close => {
                // The decoder gives what it still holds, and the sink sees the end.
                pad.send_event(gstreamer::event::Eos::new());
                PadProbeReturn::Handled
            }
        }
    });
}

/// Takes pictures until the stream ends or there are enough.
fn pull(pipeline: &Pipeline, sink: &AppSink, pass: &Pass) -> Result<Collected, Refusal> {
    let mut collected = Collected::default();
    let mut last: Option<ClockTime> = None;
    loop {
        let Some(sample) = sink.try_pull_sample(TICK) else {
            if sink.is_eos() {
                break;
            }
            if let Some(complaint) = complaint_of(pipeline) {
                collected.complaint = Some(complaint);
                break;
            }
            continue;
        };
        let at = sample.buffer().and_then(gstreamer::BufferRef::pts);
        let is_near = matches!((last, at), (Some(last), Some(at)) if at.saturating_sub(last) < pass.apart);
        if is_near && !pass.key_frames_only {
            continue;
        }
        last = at.or(last);
        collected.candidates.push(Candidate::new(sample)?);
        if u64::try_from(collected.candidates.len()).unwrap_or(u64::MAX) >= pass.most {
            break;
        }
    }
    Ok(collected)
}

/// The error of a pipeline, if it has one.
fn complaint_of(pipeline: &Pipeline) -> Option<String> {
    let message = pipeline.bus()?.pop_filtered(&[MessageType::Error])?;
    match message.view() {
        gstreamer::MessageView::Error(error) => Some(error.error().message().trim_end_matches('.').to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASS: Pass = Pass {
        key_frames_only: true,
        span: ClockTime::from_seconds(10),
        apart: ClockTime::from_seconds(1),
        most: 3,
    };

    /// What the door says to a picture at so many seconds.
    fn judged(door: &mut Passed, at: u64, is_key: bool) -> Verdict {
        door.judge(&PASS, Some(ClockTime::from_seconds(at)), is_key)
    }

    #[test]
    fn only_key_frames_that_are_far_enough_apart_come_in() {
        let mut door = Passed::default();
        assert_eq!(judged(&mut door, 100, true), Verdict::In);
        assert_eq!(judged(&mut door, 100, true), Verdict::Out, "too near");
        assert_eq!(judged(&mut door, 102, false), Verdict::Out, "depends on others");
        assert_eq!(judged(&mut door, 102, true), Verdict::In);
        assert_eq!(judged(&mut door, 111, true), Verdict::Close, "beyond the span");
        assert_eq!(judged(&mut door, 103, true), Verdict::Out);
    }

    #[test]
    fn a_first_key_frame_that_comes_late_is_not_missed() {
        let mut door = Passed::default();
        assert_eq!(judged(&mut door, 0, false), Verdict::Out);
        assert_eq!(judged(&mut door, 50, true), Verdict::In);
    }

    #[test]
    fn every_picture_comes_in_where_all_are_asked_for() {
        let all = Pass {
            key_frames_only: false,
            ..PASS
        };
        let mut door = Passed::default();
        assert_eq!(door.judge(&all, None, false), Verdict::In);
        assert_eq!(door.judge(&all, Some(ClockTime::ZERO), false), Verdict::In);
    }
}
