//! What is not read, in words that say more than "unsupported".

use safelight_core::formats;

use crate::pipeline::error::PictureError;

/// Whether the name is that of a camera's raw file.
pub(super) fn is_raw(name: &str) -> bool {
    formats::by_name(name).is_some_and(|format| format.raw)
}

/// Why this content is refused.
pub(super) fn refusal(bytes: &[u8], name: &str) -> PictureError {
    if bytes.get(4..8) == Some(b"ftyp") {
        return PictureError::Unsupported("this kind of MP4".to_owned());
    }
    PictureError::NotAPicture {
        name: name.to_owned(),
        looks: looks(bytes),
    }
}

/// Whether this may be a picture of a kind that has no beginning of its own.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    looks(bytes) == BINARY
}

const BINARY: &str = "begins like none that is known";

fn looks(bytes: &[u8]) -> &'static str {
    let head = bytes.get(..bytes.len().min(512)).unwrap_or_default();
    if head.iter().all(|&byte| byte == 0) {
        return "begins with zeros only";
    }
    let printable = |byte: u8| byte >= 0x20 && byte != 0x7F || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C);
    // A character may be cut in half at the end.
    let is_utf8 = std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    if is_utf8 && head.iter().copied().all(printable) {
        "contains text"
    } else {
        BINARY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_names_the_cause() {
        let refused = |bytes: &[u8], name| refusal(bytes, name).to_string();
        assert_eq!(
            refused(b"\0\0\0\x18ftypisom\0\0\0\0", "a.jpg"),
            "this kind of MP4 is not read by this release"
        );
        assert_eq!(
            refused("not a picture, caf\u{e9}".as_bytes(), "holiday.jpg"),
            "the file is not a picture: it is named \"holiday.jpg\" but contains text"
        );
        assert_eq!(
            refused(&[0; 40], "a.jpg"),
            "the file is not a picture: it is named \"a.jpg\" but begins with zeros only"
        );
        assert!(is_binary(&[7, 1, 200]) && !is_binary(b"text"));
    }
}
