//! Running the Discoverer.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use gstreamer::glib::{self, MainLoop};
use gstreamer::prelude::*;
use gstreamer::{Caps, ClockTime, Element, Pad, StreamFlags};
use gstreamer_pbutils::prelude::*;
use gstreamer_pbutils::{
    Discoverer, DiscovererAudioInfo, DiscovererContainerInfo, DiscovererInfo, DiscovererResult, DiscovererStreamInfo,
    DiscovererVideoInfo,
};

use super::stream::{Sort, Stream};
use crate::error::Refusal;

/// How long the Discoverer waits for a pipeline that does not come to an end; its caller's deadline is longer.
const PATIENCE: ClockTime = ClockTime::from_seconds(45);

/// What the Discoverer found.
#[derive(Debug)]
pub(super) struct Discovered {
    pub(super) container: Option<Caps>,
    pub(super) duration_ms: Option<u64>,
    pub(super) streams: Vec<Stream>,
    /// What it complained of.
    complaint: Option<String>,
    /// Descriptions of the decoders that are not there.
    missing: Vec<String>,
}

impl Discovered {
    /// Why no stream is shown.
    pub(super) fn why_no_video(&self) -> Refusal {
        if let Some(missing) = self.missing.first() {
            return Refusal::NoDecoder(missing.clone());
        }
        if !self.streams.is_empty() {
            return Refusal::NoVideo;
        }
        let complaint = self.complaint.clone();
        Refusal::NotAVideo(complaint.unwrap_or_else(|| "there is nothing in it".to_owned()))
    }
}

/// What only the decoded end of a stream tells, by the stream's name.
#[derive(Debug, Clone)]
struct Decoded {
    caps: Option<Caps>,
    is_default: bool,
}

/// What the Discoverer said, and what it complained of.
type Answer = Arc<Mutex<Option<(DiscovererInfo, Option<glib::Error>)>>>;

type DecodedStreams = Arc<Mutex<HashMap<String, Decoded>>>;

/// Looks into a file. What could be found out before something failed is kept.
pub(super) fn discover(file: &Path) -> Result<Discovered, Refusal> {
    let broken = |error: &dyn std::fmt::Display| Refusal::Broken(error.to_string());
    let uri = glib::filename_to_uri(file, None).map_err(|error| Refusal::Unopened(error.to_string()))?;
    let discoverer = Discoverer::new(PATIENCE).map_err(|error| broken(&error))?;
    let decoded = DecodedStreams::default();
    let seen = Arc::clone(&decoded);
    discoverer.connect_source_setup(move |_, source| watch(source, &seen));
    let answer = Answer::default();
    let told = Arc::clone(&answer);
    discoverer.connect_discovered(move |_, info, error| {
        *told.lock().unwrap_or_else(PoisonError::into_inner) = Some((info.clone(), error.cloned()));
    });
    let main = MainLoop::new(None, false);
    let end = main.clone();
    discoverer.connect_finished(move |_| end.quit());
    discoverer.start();
    discoverer.discover_uri_async(&uri).map_err(|error| broken(&error))?;
    main.run();
    discoverer.stop();
    let answer = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
    let (info, error) = answer.ok_or_else(|| broken(&"the Discoverer said nothing"))?;
    let decoded = decoded.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(read(&info, error, &decoded))
}

/// Notes what comes out of the decoders: the Discoverer itself keeps only what goes into them.
fn watch(source: &Element, seen: &DecodedStreams) {
    let Some(bin) = source.parent().and_downcast::<Element>() else {
        return;
    };
    let seen = Arc::clone(seen);
    bin.connect_pad_added(move |_, pad| {
        let Some(id) = pad.stream_id() else { return };
        let decoded = Decoded {
            caps: pad.current_caps(),
            is_default: is_default(pad),
        };
        seen.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.to_string(), decoded);
    });
}

fn is_default(pad: &Pad) -> bool {
    pad.sticky_event::<gstreamer::event::StreamStart>(0)
        .is_some_and(|start| start.stream_flags().contains(StreamFlags::SELECT))
}

fn read(info: &DiscovererInfo, error: Option<glib::Error>, decoded: &HashMap<String, Decoded>) -> Discovered {
    let container = info
        .stream_info()
        .filter(ObjectExt::is::<DiscovererContainerInfo>)
        .and_then(|top| top.caps());
    let missing = if info.result() == DiscovererResult::MissingPlugins {
        info.missing_elements_installer_details()
            .iter()
            .filter_map(|details| what_is_missing(details))
            .collect()
    } else {
        Vec::new()
    };
    Discovered {
        container,
        duration_ms: info.duration().map(ClockTime::mseconds).filter(|ms| *ms > 0),
        streams: info
            .stream_list()
            .iter()
            .filter_map(|found| stream(found, decoded))
            .collect(),
        complaint: error.map(|error| error.message().trim_end_matches('.').to_owned()),
        missing,
    }
}

fn stream(found: &DiscovererStreamInfo, decoded: &HashMap<String, Decoded>) -> Option<Stream> {
    let video = found.downcast_ref::<DiscovererVideoInfo>();
    let sort = match video {
        Some(_) => Sort::Video,
        None if found.is::<DiscovererAudioInfo>() => Sort::Audio,
        None => return None,
    };
    let id = found.stream_id().map(|id| id.to_string()).unwrap_or_default();
    let decoded = decoded.get(&id);
    Some(Stream {
        coded: found.caps()?,
        raw: decoded.and_then(|decoded| decoded.caps.clone()),
        tags: found.tags(),
        is_default: decoded.is_some_and(|decoded| decoded.is_default),
        is_still: video.is_some_and(DiscovererVideoInfo::is_image),
        id,
        sort,
    })
}

/// `gstreamer|1.0|discoverer|H.265 decoder|decoder-video/x-h265`: the fourth field is for people.
fn what_is_missing(details: &str) -> Option<String> {
    details.split('|').nth(3).map(str::to_owned)
}
