//! Names for what is not read, so that a parked job says more than "unsupported".

use safelight_core::formats;

use crate::pipeline::error::PictureError;

/// First bytes, and what begins with them. TIFF is not here: many cameras' files begin like it.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"\0\0\0\x0CjP  ", "JPEG 2000"),
    (b"\xFF\x4F\xFF\x51", "JPEG 2000"),
    (b"8BPS", "PSD"),
    (b"FUJIFILMCCD-RAW", "RAF"),
    (b"FOVb", "X3F"),
    (b"IIRO", "ORF"),
    (b"IIRS", "ORF"),
    (b"IIU\0", "RW2"),
    (b"\0MRM", "MRW"),
];

/// Whether the name is that of a camera's raw file.
pub(super) fn is_raw(name: &str) -> bool {
    formats::by_name(name).is_some_and(|format| format.raw)
}

/// Why this content is refused.
pub(super) fn refusal(bytes: &[u8], name: &str) -> PictureError {
    let extension = formats::extension_of(name);
    let known = is_foreign_picture(&extension);
    if let Some(format) = by_content(bytes) {
        // "TIFF" for a NEF would puzzle its owner.
        let format = if format == "TIFF" && known {
            extension.to_ascii_uppercase()
        } else {
            format.to_owned()
        };
        return PictureError::Unsupported(format);
    }
    let looks = looks(bytes);
    if known && looks == BINARY {
        return PictureError::Unsupported(extension.to_ascii_uppercase());
    }
    PictureError::NotAPicture {
        name: name.to_owned(),
        looks,
    }
}

/// Whether clients upload pictures under this extension that this release cannot decode.
fn is_foreign_picture(extension: &str) -> bool {
    formats::by_extension(extension).is_some_and(|format| format.raw || matches!(format.extension, "jp2" | "svg"))
}

fn by_content(bytes: &[u8]) -> Option<&'static str> {
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some(if bytes.get(8..12) == Some(b"crx ") {
            "CR3"
        } else {
            "this kind of MP4"
        });
    }
    if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") {
        return Some("TIFF");
    }
    if let Some((_, format)) = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        return Some(format);
    }
    let head = bytes.get(..bytes.len().min(1024))?;
    let text = std::str::from_utf8(head).unwrap_or_default().trim_start();
    (text.starts_with('<') && text.contains("<svg")).then_some("SVG")
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
            refused(b"\0\0\0\x18ftypcrx \0\0\0\0", "IMG_1.CR3"),
            "CR3 is not read by this release"
        );
        assert_eq!(refused(b"II*\0\x08\0\0\0", "a.nef"), "NEF is not read by this release");
        assert_eq!(refused(b"8BPS", "a.jpg"), "PSD is not read by this release");
        assert_eq!(
            refused(b"<?xml version='1.0'?><svg/>", "a.svg"),
            "SVG is not read by this release"
        );
        assert_eq!(
            refused("not a picture, caf\u{e9}".as_bytes(), "holiday.jpg"),
            "the file is not a picture: it is named \"holiday.jpg\" but contains text"
        );
        assert_eq!(
            refused(&[0; 40], "a.jpg"),
            "the file is not a picture: it is named \"a.jpg\" but begins with zeros only"
        );
        assert_eq!(refused(&[7, 1, 200], "a.erf"), "ERF is not read by this release");
    }
}
