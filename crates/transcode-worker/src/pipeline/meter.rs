//! How far a pipeline is, counted as buffers pass.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::feed;
use gstreamer::prelude::*;
use gstreamer::{ClockTime, FormattedSegment, Pad, PadProbeData, PadProbeReturn, PadProbeType};

/// Where the film begins in the pipeline.
const BEGINNING: ClockTime = ClockTime::from_nseconds(feed::BEGINNING.unsigned_abs());

/// Counters that probes on pads move.
#[derive(Debug, Clone, Default)]
pub(super) struct Meter {
    read_ms: Arc<AtomicU64>,
    made_ms: Arc<AtomicU64>,
    bytes: Arc<AtomicU64>,
}

impl Meter {
    /// What has been read of the original, what is made of it, and the bytes that are written.
    pub(super) fn read(&self) -> (u64, u64, u64) {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (of(&self.read_ms), of(&self.made_ms), of(&self.bytes))
    }

    /// Counts the time of what comes out of a demuxer.
    pub(super) fn watch_reading(&self, pad: &Pad) {
        watch_time(pad, &self.read_ms);
    }

    /// Counts the time of what goes into the muxer, or out of an encoder.
    pub(super) fn watch_making(&self, pad: &Pad) {
        watch_time(pad, &self.made_ms);
    }

    /// Counts bytes.
    pub(super) fn watch_writing(&self, pad: &Pad) {
        let bytes = Arc::clone(&self.bytes);
        pad.add_probe(PadProbeType::BUFFER | PadProbeType::BUFFER_LIST, move |_, info| {
            let size = match &info.data {
                Some(PadProbeData::Buffer(buffer)) => buffer.size(),
                Some(PadProbeData::BufferList(list)) => list.calculate_size(),
                _ => 0,
            };
            bytes.fetch_add(u64::try_from(size).unwrap_or(0), Ordering::Relaxed);
            PadProbeReturn::Ok
        });
    }
}

fn watch_time(pad: &Pad, counter: &Arc<AtomicU64>) {
    let counter = Arc::clone(counter);
    pad.add_probe(PadProbeType::BUFFER, move |pad, info| {
        let Some(PadProbeData::Buffer(buffer)) = &info.data else {
            return PadProbeReturn::Ok;
        };
        let time = buffer.dts_or_pts().and_then(|time| running_time(pad, time));
        if let Some(time) = time {
            counter.fetch_max(time.saturating_sub(BEGINNING).mseconds(), Ordering::Relaxed);
        }
        PadProbeReturn::Ok
    });
}

fn running_time(pad: &Pad, time: ClockTime) -> Option<ClockTime> {
    let event = pad.sticky_event::<gstreamer::event::Segment>(0)?;
    let segment: &FormattedSegment<ClockTime> = event.segment().downcast_ref()?;
    segment.to_running_time(time)
}
