//! The words of the settings for containers.

use gstreamer::{Caps, StructureRef};

const NAMES: &[(&str, &str)] = &[
    ("application/mxf", "mxf"),
    ("application/ogg", "ogg"),
    ("application/vnd.rn-realmedia", "rm"),
    ("application/x-3gp", "mp4"),
    ("audio/ogg", "ogg"),
    ("image/gif", "gif"),
    ("video/ogg", "ogg"),
    ("video/mpegts", "mpegts"),
    ("video/webm", "webm"),
    ("video/x-dv", "dv"),
    ("video/x-flv", "flv"),
    ("video/x-matroska", "matroska"),
    ("video/x-matroska-3d", "matroska"),
    ("video/x-ms-asf", "asf"),
    ("video/x-msvideo", "avi"),
];

/// The container; a stream without one is called by its codec.
pub(super) fn name(container: Option<&Caps>, codec: &str) -> String {
    let Some(container) = container.and_then(|caps| caps.structure(0)) else {
        return codec.to_owned();
    };
    let media = container.name().as_str();
    if let Some((_, name)) = NAMES.iter().find(|(known, _)| *known == media) {
        return (*name).to_owned();
    }
    match media {
        "video/quicktime" => iso(container).to_owned(),
        "video/mpeg" => "mpeg".to_owned(),
        other => {
            let (_, kind) = other.split_once('/').unwrap_or(("", other));
            kind.trim_start_matches("x-").to_owned()
        }
    }
}

/// The family of MP4 is told from `QuickTime`, which came before it, by its brand.
fn iso(container: &StructureRef) -> &'static str {
    match container.get::<&str>("variant") {
        Ok("iso" | "iso-fragmented" | "3gpp" | "3g2" | "ms-iso") => "mp4",
        _ => "mov",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mp4_and_its_parent() {
        gstreamer::init().unwrap();
        let named = |caps: &str| name(Some(&caps.parse().unwrap()), "h264");
        assert_eq!(named("video/quicktime, variant=iso"), "mp4");
        assert_eq!(named("video/quicktime, variant=3gpp"), "mp4");
        assert_eq!(named("video/quicktime, variant=apple"), "mov");
        assert_eq!(named("video/quicktime"), "mov");
        assert_eq!(named("video/mpeg, systemstream=true, mpegversion=2"), "mpeg");
        assert_eq!(named("video/x-matroska"), "matroska");
        assert_eq!(named("application/x-unheard-of"), "unheard-of");
        assert_eq!(name(None, "h264"), "h264");
    }
}
