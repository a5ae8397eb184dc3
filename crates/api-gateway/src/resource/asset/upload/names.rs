//! Names of uploaded files.

use safelight_core::formats::{self, MediaKind};

/// Longest name that is kept, in characters.
const LONGEST: usize = 255;

/// What is left of a name that a client sent: the last part of a path, without control characters.
pub(super) fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last.chars().filter(|c| !c.is_control()).collect();
    let count = visible.chars().count();
    // The extension is at the end, so the beginning gives way.
    visible.chars().skip(count.saturating_sub(LONGEST)).collect()
}

/// The kind and lower-case extension of a file that may be uploaded as an asset.
pub(super) fn asset_kind(name: &str) -> Option<(MediaKind, String)> {
    let extension = formats::extension_of(name);
    match formats::kind_of(&extension)? {
        MediaKind::Sidecar => None,
        kind => Some((kind, extension)),
    }
}

/// True for the name of a file that describes another.
pub(super) fn is_sidecar(name: &str) -> bool {
    formats::kind_of(&formats::extension_of(name)) == Some(MediaKind::Sidecar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_control_characters_go() {
        assert_eq!(clean("../../etc/x.jpg"), "x.jpg");
        assert_eq!(clean("C:\\photos\\x.jpg"), "x.jpg");
        assert_eq!(clean("a\0b\n.jpg"), "ab.jpg");
        assert_eq!(clean("wood anemones ä.jpg"), "wood anemones ä.jpg");
        assert!(clean(&format!("{}.jpg", "x".repeat(999))).ends_with("xx.jpg"));
    }

    #[test]
    fn kinds() {
        assert_eq!(asset_kind("X.JPG"), Some((MediaKind::Image, "jpg".to_owned())));
        assert_eq!(asset_kind("x.MOV").map(|(kind, _)| kind), Some(MediaKind::Video));
        for name in ["a.txt", "abc", "a.xmp", ""] {
            assert_eq!(asset_kind(name), None, "{name}");
        }
        assert!(is_sidecar("a.jpg.XMP") && !is_sidecar("a.txt"));
    }
}
