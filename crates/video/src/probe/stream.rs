//! One stream of a file, as it was discovered.

use gstreamer::{Caps, Structure, TagList};

/// What a stream is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Video,
    Audio,
}

/// One stream, before anything is made of it.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    /// The name by which the demuxer calls it, the same every time this file is opened.
    pub(super) id: String,
    pub(super) sort: Sort,
    /// The stream as it is in the file.
    pub(super) coded: Caps,
    /// What a decoder makes of it; none where there is no decoder.
    pub(super) raw: Option<Caps>,
    pub(super) tags: Option<TagList>,
    /// The file asks for this one when it is played without a choice.
    pub(super) is_default: bool,
    /// A picture that stands still, such as a cover.
    pub(super) is_still: bool,
}

impl Stream {
    /// The first structure of the coded caps.
    pub(super) fn coded(&self) -> Option<Structure> {
        self.coded.structure(0).map(ToOwned::to_owned)
    }

    /// Bits per second as the container or the codec tells; of these, what was measured before what was aimed at.
    pub(super) fn bitrate(&self) -> Option<u64> {
        let tags = self.tags.as_ref()?;
        let exact = tags.get::<gstreamer::tags::Bitrate>().map(|value| value.get());
        let nominal = || tags.get::<gstreamer::tags::NominalBitrate>().map(|value| value.get());
        exact
            .filter(|bits| *bits > 0)
            .or_else(nominal)
            .filter(|bits| *bits > 0)
            .map(u64::from)
    }
}
