//! Names of uploaded files.

use safelight_core::formats::{self, MediaKind};

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
    fn kinds() {
        assert_eq!(asset_kind("X.JPG"), Some((MediaKind::Image, "jpg".to_owned())));
        assert_eq!(asset_kind("x.MOV").map(|(kind, _)| kind), Some(MediaKind::Video));
        for name in ["a.txt", "abc", "a.xmp", ""] {
            assert_eq!(asset_kind(name), None, "{name}");
        }
        assert!(is_sidecar("a.jpg.XMP") && !is_sidecar("a.txt"));
    }
}
