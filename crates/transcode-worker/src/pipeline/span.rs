//! What of a track of the result is shown or heard.

use std::sync::{Arc, Mutex, PoisonError};

use gstreamer::prelude::*;
use gstreamer::{ClockTime, FormattedSegment, Pad, PadProbeData, PadProbeReturn, PadProbeType};

/// Times of a track in the pipeline, in nanoseconds, noted while it is made.
#[derive(Debug, Clone, Default)]
pub(super) struct Span {
    noted: Arc<Mutex<Noted>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Noted {
    first: Option<i64>,
    written: Option<(i64, i64)>,
    shown: Option<(i64, i64)>,
    rate: i64,
}

/// What was noted of a finished track, in nanoseconds of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Track {
    /// When the first sample of the file would be shown.
    pub(super) first: i64,
    /// From when the track is shown.
    pub(super) from: i64,
    /// Until when.
    pub(super) until: i64,
    /// By how much later an encoder's sound is heard than its times say.
    pub(super) late: i64,
}

impl Span {
    /// Notes that something is shown from a time until another.
    pub(super) fn shown(&self, from: i64, until: i64) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.shown = Some(wider(noted.shown, (from, until)));
    }

    /// Notes what comes to the pad of the muxer.
    pub(super) fn watch(&self, pad: &Pad) {
        let noted = Arc::clone(&self.noted);
        pad.add_probe(PadProbeType::BUFFER, move |pad, info| {
            let Some(PadProbeData::Buffer(buffer)) = &info.data else {
                return PadProbeReturn::Ok;
            };
            let nanoseconds = |time: ClockTime| i64::try_from(time.nseconds()).ok();
            let Some(at) = buffer
                .pts()
                .and_then(|pts| running_time(pad, pts))
                .and_then(nanoseconds)
            else {
                return PadProbeReturn::Ok;
            };
            let duration = buffer.duration().and_then(nanoseconds).unwrap_or_default();
            let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
            noted.first.get_or_insert(at);
            noted.written = Some(wider(noted.written, (at, at.saturating_add(duration))));
            if noted.rate == 0 {
                noted.rate = rate(pad).unwrap_or_default();
            }
            PadProbeReturn::Ok
        });
    }

    /// What was noted; nothing where the track has no samples. `late` is how many samples an encoder adds at the beginning.
    pub(super) fn track(&self, late: i64) -> Option<Track> {
        let noted = *self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let (from, until) = noted.shown.or(noted.written)?;
        Some(Track {
            first: noted.first?,
            from,
            until,
            late: late
                .saturating_mul(1_000_000_000)
                .checked_div(noted.rate)
                .unwrap_or_default(),
        })
    }
}

fn wider(known: Option<(i64, i64)>, (from, until): (i64, i64)) -> (i64, i64) {
    known.map_or((from, until), |(first, last)| (first.min(from), last.max(until)))
}

fn rate(pad: &Pad) -> Option<i64> {
    let rate: i32 = pad.current_caps()?.structure(0)?.get("rate").ok()?;
    Some(rate.into())
}

fn running_time(pad: &Pad, time: ClockTime) -> Option<ClockTime> {
    let event = pad.sticky_event::<gstreamer::event::Segment>(0)?;
    let segment: &FormattedSegment<ClockTime> = event.segment().downcast_ref()?;
    segment.to_running_time(time)
}
