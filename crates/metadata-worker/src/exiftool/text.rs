//! Texts of files, in whatever they were written.

/// The characters of Windows-1252 from 0x80 to 0x9F; the others are those of Latin-1. Zero where there is none.
const WINDOWS: [char; 32] = [
    '\u{20ac}', '\0', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}', '\u{2030}',
    '\u{160}', '\u{2039}', '\u{152}', '\0', '\u{17d}', '\0', '\0', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}',
    '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\0', '\u{17e}',
    '\u{178}',
];

/// The text of these bytes: UTF-8, also where it was cut off within a character, else what was usual before it in the western
/// world, which has a character for nearly every byte.
pub(super) fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 && !is_short(bytes) => {
            String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default()).into_owned()
        }
        Err(_) => bytes.iter().map(|byte| windows(*byte)).collect(),
    }
}

/// Too short to have been cut off: what seems to be the beginning of a character is one of its own.
const fn is_short(bytes: &[u8]) -> bool {
    bytes.len() < super::order::LONGEST_VALUE
}

fn windows(byte: u8) -> char {
    let place = byte.checked_sub(0x80).map(usize::from);
    match place.and_then(|place| WINDOWS.get(place)) {
        Some('\0') => char::REPLACEMENT_CHARACTER,
        Some(character) => *character,
        None => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf8_was_written_in_the_west() {
        assert_eq!(
            decoded("Gr\u{fc}\u{df}e \u{1f600}".as_bytes()),
            "Gr\u{fc}\u{df}e \u{1f600}"
        );
        assert_eq!(decoded(b"caf\xe9"), "caf\u{e9}");
        assert_eq!(decoded(b"\x80 5 \x96 don\x92t"), "\u{20ac} 5 \u{2013} don\u{2019}t");
        assert_eq!(decoded(b"\x81"), "\u{fffd}");
    }

    #[test]
    fn a_text_that_was_cut_off_keeps_its_characters() {
        let mut long = "\u{fc}".repeat(super::super::order::LONGEST_VALUE / 2).into_bytes();
        long.pop();
        long.insert(0, b'a');
        let text = decoded(&long);
        assert!(text.starts_with("a\u{fc}") && text.ends_with('\u{fc}'));
    }
}
