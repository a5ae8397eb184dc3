//! A film: a file that was taken apart, which of its streams are shown and heard, and their packets and pictures on one line of time.

pub(crate) mod carry;
mod choose;
mod coded;
mod length;
mod play;
mod tail;
mod turn;

use std::fs::File;
use std::path::Path;

use gstreamer::Caps;

pub use self::play::{Coded, Heard, Player, Shown, Taken};

use crate::allowed::kind_of_film;
use crate::error::Refusal;
use crate::libav::{FileFacts, Kind, Reader, StreamFacts};

#[cfg(test)]
pub(crate) use self::choose::tests::stream;
pub(crate) use self::length::Length;
pub(crate) use self::turn::turn;

/// A file that was opened, and what is in it.
#[derive(Debug)]
pub(crate) struct Film {
    pub(crate) reader: Reader,
    pub(crate) file: FileFacts,
    /// What `GStreamer` takes its bytes for.
    pub(crate) container: Caps,
    /// All of its streams, in their order.
    pub(crate) streams: Vec<StreamFacts>,
    /// The stream that is shown.
    pub(crate) shown: usize,
    /// The stream that is heard.
    pub(crate) heard: Option<usize>,
}

impl Film {
    /// Opens a file, if it is a film by its bytes. `GStreamer` has been started.
    pub(crate) fn open(path: &Path) -> Result<Self, Refusal> {
        let container = kind_of_film(path)?;
        Self::take_apart(path, container)
    }

    /// The same for whatever it is.
    pub(crate) fn take_apart(path: &Path, container: Caps) -> Result<Self, Refusal> {
        let file = File::open(path).map_err(|error| Refusal::Unopened(error.to_string()))?;
        let reader =
            Reader::open(file).map_err(|error| Refusal::NotAVideo(format!("it cannot be taken apart: {error}")))?;
        let (file, count) = reader.file();
        let streams: Vec<StreamFacts> = (0..count).filter_map(|index| reader.stream(index)).collect();
        let Some(shown) = choose::shown(&streams) else {
            return Err(if streams.is_empty() {
                Refusal::NotAVideo("there is nothing in it".to_owned())
            } else {
                Refusal::NoVideo
            });
        };
        Ok(Self {
            heard: choose::heard(&streams),
            reader,
            file,
            container,
            streams,
            shown,
        })
    }

    /// What is known of the stream that is shown.
    pub(crate) fn video(&self) -> Option<&StreamFacts> {
        self.streams.get(self.shown)
    }

    /// What is known of the stream that is heard.
    pub(crate) fn audio(&self) -> Option<&StreamFacts> {
        self.streams.get(self.heard?)
    }

    /// Why a stream of these facts cannot be decoded; nothing where it can.
    pub(crate) fn flaw(stream: &StreamFacts) -> Option<Refusal> {
        let what = match stream.kind {
            _ if choose::can_play(stream) => return None,
            Kind::Audio => "sound",
            _ => "picture",
        };
        Some(Refusal::Unknown {
            what: what.to_owned(),
            format: name_for_people(stream),
        })
    }

    /// The streams that count, for a clock.
    fn used(&self) -> impl Iterator<Item = usize> {
        [Some(self.shown), self.heard].into_iter().flatten()
    }
}

/// What a format is called.
fn name_for_people(stream: &StreamFacts) -> String {
    if let Some((profile, _)) = stream.dolby_vision.filter(|dolby| choose::is_without_base(*dolby)) {
        return format!("Dolby Vision profile {profile}");
    }
    if choose::is_unknown(stream) {
        let tag = stream.tag.trim();
        return if tag.is_empty() {
            "one without a name".to_owned()
        } else {
            tag.to_owned()
        };
    }
    stream.codec.clone().unwrap_or_default()
}
