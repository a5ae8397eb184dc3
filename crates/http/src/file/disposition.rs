//! Names of files in headers.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What `encodeURIComponent` of JavaScript leaves alone, besides letters and digits.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A text as one component of a URL or of an extended header value.
pub(super) fn encode_component(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// A file name without its extension.
pub fn base_name(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((base, _)) if !base.is_empty() => base,
        _ => name,
    }
}

/// The extension of a path with its dot, as it is written; empty where there is none.
pub fn extension_with_dot(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rfind('.') {
        Some(at) if at > 0 => name.get(at..).unwrap_or_default(),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_recorded() {
        assert_eq!(encode_component("wood anemones ä.jpg"), "wood%20anemones%20%C3%A4.jpg");
        assert_eq!(encode_component("8bit-sRGB_preview.jpeg"), "8bit-sRGB_preview.jpeg");
        assert_eq!(base_name("a.b.JPG"), "a.b");
        assert_eq!(base_name(".jpg"), ".jpg");
        assert_eq!(extension_with_dot("/data/u/x.y/b.JPG"), ".JPG");
        assert_eq!(extension_with_dot("/data/x.y/b"), "");
    }
}
