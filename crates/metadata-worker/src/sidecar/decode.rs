//! Sidecars that are not in UTF-8.

use std::fs::File;
use std::io::{self, Write as _};

/// Whether it begins with the byte order mark of UTF-16.
pub(super) fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF])
}

/// A file without a name that has it in UTF-8; none where it does not begin with the mark.
pub(super) fn utf8_copy(bytes: &[u8]) -> io::Result<Option<File>> {
    let Some(text) = decode(bytes) else { return Ok(None) };
    let mut copy = tempfile::tempfile()?;
    copy.write_all(text.as_bytes())?;
    Ok(Some(copy))
}

/// The text of UTF-16 with its mark, the marker of the packet put right: `<?xpacket begin="..."` must hold the byte order
/// mark or nothing, and programs that write it byte by byte into UTF-16 leave rubbish there.
fn decode(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match bytes.get(..2)? {
        [0xFF, 0xFE] => u16::from_le_bytes,
        [0xFE, 0xFF] => u16::from_be_bytes,
        _ => return None,
    };
    let pairs = bytes.get(2..)?.as_chunks::<2>().0;
    let text: String = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    let Some((before, rest)) = text.split_once("<?xpacket begin=\"") else {
        return Some(text);
    };
    let Some((_, after)) = rest.split_once('"') else {
        return Some(text);
    };
    Some(format!("{before}<?xpacket begin=\"\"{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_in_both_orders_with_a_broken_marker() {
        let text = "<?xpacket begin=\"\u{2229}\u{2557}\u{2510}\" id=\"W5M0\"?><x>ä😀</x>";
        let units: Vec<u16> = std::iter::once(0xFEFF).chain(text.encode_utf16()).collect();
        let expected = "<?xpacket begin=\"\" id=\"W5M0\"?><x>ä😀</x>";
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(decode(&little).as_deref(), Some(expected));
        assert_eq!(decode(&big).as_deref(), Some(expected));
        assert_eq!(decode("<?xpacket".as_bytes()), None);
    }
}
