//! The end of the pipeline: an MP4 whose index comes first, without metadata of the original.

use std::fs::File;
use std::os::fd::AsRawFd as _;
use std::path::Path;

use gstreamer::prelude::*;
use gstreamer::{Element, EventType, Pad, PadProbeData, PadProbeReturn, PadProbeType, Pipeline};
use rustix::fs::{Mode, OFlags};

use super::element::{chain, make, pad};
use super::meter::Meter;
use super::order::{Failure, Fault};

/// An MP4 in the making.
pub(super) struct Muxer {
    element: Element,
}

/// Where samples wait until the index is written; to be held as long as the pipeline. It has no name, so nothing is left of it
/// however this process ends.
pub(super) struct Samples {
    file: File,
}

impl Samples {
    /// On the file system of the result.
    pub(super) fn beside(output: &Path) -> Result<Self, Failure> {
        let file = nameless_beside(output).map_err(|error| {
            Failure::new(
                Fault::Store,
                format!("no room for samples beside {}: {error}", output.display()),
            )
        })?;
        Ok(Self { file })
    }
}

/// The kinds of streams it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Track {
    Video,
    Audio,
}

impl Muxer {
    /// Adds the end to a pipeline.
    pub(super) fn add_to(
        pipeline: &Pipeline,
        output: &Path,
        samples: &Samples,
        meter: &Meter,
    ) -> Result<Self, Failure> {
        let element = make("mp4mux")?;
        element.set_property("faststart", true);
        element.set_property("faststart-file", format!("/proc/self/fd/{}", samples.file.as_raw_fd()));
        let sink = make("filesink")?;
        sink.set_property("location", output.to_string_lossy().as_ref());
        meter.watch_writing(&pad(&sink, "sink")?);
        chain(pipeline.upcast_ref(), &[element.clone(), sink])?;
        Ok(Self { element })
    }

    /// A new track; its pad lets no tags pass.
    pub(super) fn track(&self, track: Track) -> Result<Pad, Failure> {
        let template = match track {
            Track::Video => "video_%u",
            Track::Audio => "audio_%u",
        };
        let pad = self
            .element
            .request_pad_simple(template)
            .ok_or_else(|| Failure::new(Fault::Element, format!("mp4mux gives no pad {template}")))?;
        drop_metadata(&pad);
        Ok(pad)
    }
}

/// What players and strangers might read of the camera, the place and the software goes no further.
fn drop_metadata(pad: &Pad) {
    pad.add_probe(PadProbeType::EVENT_DOWNSTREAM, |_, info| {
        let is_metadata = match &info.data {
            Some(PadProbeData::Event(event)) => matches!(event.type_(), EventType::Tag | EventType::Toc),
            _ => false,
        };
        if is_metadata {
            info.data = None;
            return PadProbeReturn::Handled;
        }
        PadProbeReturn::Ok
    });
}

/// A file without a name on the file system of `path`.
fn nameless_beside(path: &Path) -> std::io::Result<File> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mode = Mode::RUSR | Mode::WUSR;
    let nameless = rustix::fs::open(folder, OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC, mode);
    if let Ok(file) = nameless {
        return Ok(File::from(file));
    }
    // File systems of networks have no such files.
    let named = path.with_extension("samples");
    let file = File::options().read(true).write(true).create_new(true).open(&named)?;
    std::fs::remove_file(&named)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_leave_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = nameless_beside(&folder.path().join("a.mp4.part")).unwrap();
        assert!(file.metadata().unwrap().is_file());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let by_number = format!("/proc/self/fd/{}", file.as_raw_fd());
        std::fs::write(by_number, "samples").unwrap();
        assert_eq!(file.metadata().unwrap().len(), 7);
    }
}
