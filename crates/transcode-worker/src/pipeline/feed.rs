//! The beginning of the pipeline: one stream of the original, as packets or decoded, read by a thread of its own.
//!
//! Each stream has the file open for itself, so however far apart a file keeps what belongs together, no stream waits for another.

use std::sync::mpsc::Sender;
use std::thread;

use gstreamer::prelude::*;
use gstreamer::{Buffer, Caps, ClockTime, Element, FlowError, FlowSuccess, Pipeline, Sample};
use gstreamer_app::{AppSrc, AppStreamType};
use safelight_video::{Player, Refusal, Taken};

use super::element::chain;
use super::order::{Failure, Fault};
use super::span::Span;

/// Where the line of a film begins in the pipeline, in nanoseconds: what is decoded before its beginning needs room.
pub(super) const BEGINNING: i64 = 3_600_000_000_000;

/// Decoded pictures that may wait for the pipeline.
const PICTURES: u64 = 4;

/// Bytes of packets or of sound that may wait for the pipeline.
const BYTES: u64 = 1 << 20;

/// Adds a source to a pipeline that gives what a player gives, with `caps` where they are known before; what is shown or heard is noted
/// in `span`. It begins by itself.
pub(super) fn add_to(
    pipeline: &Pipeline,
    player: Player,
    caps: Option<&Caps>,
    span: Option<Span>,
    failed: Sender<Failure>,
) -> Result<Element, Failure> {
    let source = AppSrc::builder()
        .format(gstreamer::Format::Time)
        .stream_type(AppStreamType::Stream)
        .build();
    source.set_property("block", true);
    source.set_max_bytes(BYTES);
    if caps.is_none() && player.is_of_pictures() {
        source.set_max_bytes(0);
        source.set_property("max-buffers", PICTURES);
    }
    source.set_caps(caps);
    chain(pipeline.upcast_ref(), &[source.clone().upcast()])?;
    let element = source.clone().upcast();
    let feed = Feed {
        source,
        span,
        caps: None,
    };
    let begun = thread::Builder::new()
        .name("feed".to_owned())
        .spawn(move || feed.run(player, &failed));
    begun.map_err(|error| Failure::new(Fault::Element, format!("a thread cannot be started: {error}")))?;
    Ok(element)
}

/// Whose fault it is that a file is refused.
pub(super) fn failure(refusal: &Refusal) -> Failure {
    let fault = match refusal {
        Refusal::MustEncode(_) => Fault::Taking,
        _ if refusal.is_permanent() => Fault::File,
        _ => Fault::Original,
    };
    Failure::new(fault, refusal.to_string()).with_words(safelight_video::last_words())
}

struct Feed {
    source: AppSrc,
    span: Option<Span>,
    /// Those that were given last.
    caps: Option<Caps>,
}

impl Feed {
    fn run(mut self, mut player: Player, failed: &Sender<Failure>) {
        loop {
            let given = match player.take() {
                Ok(Some(taken)) if self.span.is_none() && is_left_out(&taken) => {
                    let reason = "hardware does not leave out what the film's edits leave out";
                    let _ = failed.send(Failure::new(Fault::Element, reason));
                    break;
                }
                Ok(Some(taken)) => self.give(taken),
                Ok(None) => break,
                Err(refusal) => {
                    // Told before the end comes, so that whoever waits for the end knows.
                    let _ = failed.send(failure(&refusal));
                    break;
                }
            };
            // The pipeline was stopped, or has said why it takes no more.
            if given.is_err() {
                return;
            }
        }
        let _ = self.source.end_of_stream();
    }

    fn give(&mut self, taken: Taken) -> Result<FlowSuccess, FlowError> {
        match taken {
            Taken::Coded(coded) => {
                self.note(coded.shown);
                let buffer = stamped(coded.buffer, coded.pts, Some(coded.dts), coded.duration, coded.is_key);
                self.source.push_buffer(buffer)
            }
            Taken::Shown(shown) => self.push(shown.buffer, &shown.caps, shown.at, shown.duration),
            Taken::Heard(heard) => {
                self.note((heard.at, heard.at.saturating_add(heard.duration)));
                self.push(heard.buffer, &heard.caps, heard.at, heard.duration)
            }
        }
    }

    fn note(&self, (from, until): (i64, i64)) {
        if let Some(span) = &self.span
            && from < until
        {
            span.shown(from.saturating_add(BEGINNING), until.saturating_add(BEGINNING));
        }
    }

    fn push(&mut self, buffer: Buffer, caps: &Caps, at: i64, duration: i64) -> Result<FlowSuccess, FlowError> {
        let buffer = stamped(buffer, at, None, duration, true);
        if self.caps.as_ref() == Some(caps) {
            return self.source.push_buffer(buffer);
        }
        self.caps = Some(caps.clone());
        self.source
            .push_sample(&Sample::builder().buffer(&buffer).caps(caps).build())
    }
}

/// Whether an edit leaves out all of a packet.
const fn is_left_out(taken: &Taken) -> bool {
    match taken {
        Taken::Coded(coded) => coded.shown.0 >= coded.shown.1,
        Taken::Shown(_) | Taken::Heard(_) => false,
    }
}

/// A buffer with its times in the pipeline.
fn stamped(mut buffer: Buffer, pts: i64, dts: Option<i64>, duration: i64, is_key: bool) -> Buffer {
    let time = |time: i64| {
        u64::try_from(time.saturating_add(BEGINNING))
            .ok()
            .map(ClockTime::from_nseconds)
    };
    let content = buffer.make_mut();
    content.set_pts(time(pts));
    content.set_dts(dts.and_then(time));
    content.set_duration(
        u64::try_from(duration)
            .ok()
            .filter(|time| *time > 0)
            .map(ClockTime::from_nseconds),
    );
    if !is_key {
        content.set_flags(gstreamer::BufferFlags::DELTA_UNIT);
    }
    buffer
}
