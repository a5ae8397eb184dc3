//! What a file may be, told by its bytes.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use gstreamer::{Caps, TypeFindFactory, TypeFindImpl, TypeFindProbability};

use super::references::leads_elsewhere;
use crate::error::Refusal;

/// Bytes of a file that one finder may look at.
const MOST_LOOKED_AT: usize = 64 << 20;
/// What the smallest look costs.
const LEAST_LOOKED_AT: usize = 64;

/// Files that hold what they show.
const HOLDS_A_FILM: [&str; 33] = [
    "application/gxf",
    "application/mxf",
    "application/ogg",
    "application/vnd.rn-realmedia",
    "application/x-3gp",
    "application/x-gst-av-nut",
    "application/x-yuv4mpeg",
    "audio/ogg",
    "audio/x-m4a",
    "image/gif",
    "video/mj2",
    "video/mpeg",
    "video/mpegts",
    "video/ogg",
    "video/quicktime",
    "video/webm",
    "video/x-av1",
    "video/x-cavs",
    "video/x-dirac",
    "video/x-dv",
    "video/x-flv",
    "video/x-h263",
    "video/x-h264",
    "video/x-h265",
    "video/x-ivf",
    "video/x-matroska",
    "video/x-matroska-3d",
    "video/x-ms-asf",
    "video/x-msvideo",
    "video/x-nuv",
    "video/x-pva",
    "video/x-theora",
    "video/x-vc1",
];

/// Files that only name others, in words for people.
const NAMES_OTHERS: [(&str, &str); 13] = [
    ("application/dash+xml", "a DASH manifest"),
    ("application/sdp", "a session description (SDP)"),
    ("application/smil", "a SMIL list"),
    ("application/vnd.apple-fcp+xml", "a project of Final Cut"),
    ("application/vnd.apple-xmeml+xml", "a project of Final Cut"),
    ("application/vnd.ms-sstr+xml", "a Smooth Streaming manifest"),
    ("application/vnd.pixar.opentimelineio+json", "an OpenTimelineIO project"),
    ("application/x-hls", "an HLS playlist"),
    ("application/x-mmsh", "an address of a stream"),
    ("application/xges", "a project of GStreamer Editing Services"),
    ("application/xml", "an XML text"),
    ("text/html", "a page"),
    ("text/uri-list", "a list of addresses"),
];

/// Files of boxes, which can say that their film is in another file.
const MADE_OF_BOXES: [&str; 4] = ["application/x-3gp", "audio/x-m4a", "video/mj2", "video/quicktime"];

/// Looks whether a file holds a film, before anything is built for it; `GStreamer` has been started.
///
/// # Errors
/// It does not, and what it is instead.
pub fn holds_film(file: &Path) -> Result<(), Refusal> {
    kind_of_film(file).map(drop)
}

/// The same, and what it is.
pub(crate) fn kind_of_film(file: &Path) -> Result<Caps, Refusal> {
    let unopened = |error: std::io::Error| Refusal::Unopened(error.to_string());
    let file = File::open(file).map_err(unopened)?;
    let length = file.metadata().map_err(unopened)?.len();
    let Some(found) = find(&file, length) else {
        return Err(Refusal::NotAVideo("nobody knows what begins like this".to_owned()));
    };
    let media = found
        .structure(0)
        .map(|caps| caps.name().to_string())
        .unwrap_or_default();
    if MADE_OF_BOXES.contains(&media.as_str()) && leads_elsewhere(&file, length) {
        let said = "it says that its film is in another file; no other file or address is opened";
        return Err(Refusal::NotAVideo(said.to_owned()));
    }
    if HOLDS_A_FILM.contains(&media.as_str()) {
        return Ok(found);
    }
    if let Some((_, what)) = NAMES_OTHERS.iter().find(|(known, _)| *known == media) {
        let said =
            format!("it is {what}, which holds no film but names where one is; no other file or address is opened");
        return Err(Refusal::NotAVideo(said));
    }
    // A sound or a picture is a good file, and no film.
    let kinds = ["audio/", "image/", "application/x-id3", "application/x-apetag"];
    if kinds.iter().any(|kind| media.starts_with(kind)) {
        return Err(Refusal::NoVideo);
    }
    Err(Refusal::NotAVideo(format!("its content is {media}")))
}

/// The type of which `GStreamer` is the surest.
fn find(file: &File, length: u64) -> Option<Caps> {
    let mut look = Look {
        file,
        length,
        pieces: Vec::new(),
        looked_at: 0,
        best: None,
    };
    for factory in &TypeFindFactory::factories() {
        factory.call_function(&mut look);
        look.pieces.clear();
        look.looked_at = 0;
        if look
            .best
            .as_ref()
            .is_some_and(|(sure, _)| *sure >= TypeFindProbability::Maximum)
        {
            break;
        }
    }
    look.best.map(|(_, caps)| caps)
}

/// A file that is looked at.
struct Look<'a> {
    file: &'a File,
    length: u64,
    /// What a finder has seen stays where it is while it looks on.
    pieces: Vec<Vec<u8>>,
    looked_at: usize,
    best: Option<(TypeFindProbability, Caps)>,
}

impl TypeFindImpl for Look<'_> {
    fn peek(&mut self, offset: i64, size: u32) -> Option<&[u8]> {
        let at = match u64::try_from(offset) {
            Ok(at) => at,
            // Counted from the end.
            Err(_) => self.length.checked_sub(offset.unsigned_abs())?,
        };
        if at.checked_add(u64::from(size))? > self.length {
            return None;
        }
        let size = usize::try_from(size).ok()?;
        self.looked_at = self.looked_at.saturating_add(size.max(LEAST_LOOKED_AT));
        if self.looked_at > MOST_LOOKED_AT {
            return None;
        }
        let mut piece = vec![0; size];
        self.file.read_exact_at(&mut piece, at).ok()?;
        self.pieces.push(piece);
        self.pieces.last().map(Vec::as_slice)
    }

    fn suggest(&mut self, sure: TypeFindProbability, caps: &Caps) {
        if self.best.as_ref().is_none_or(|(best, _)| sure > *best) {
            self.best = Some((sure, caps.clone()));
        }
    }

    fn length(&self) -> Option<u64> {
        Some(self.length)
    }
}
