//! One value as text.

/// Without the zero bytes and blanks that cameras pad their fields with. A database keeps no zero byte, wherever it stands.
pub(super) fn tidy(text: &str) -> String {
    let text = text.replace('\0', "");
    text.trim_matches(|c: char| c.is_whitespace() || c == BYTE_ORDER_MARK)
        .to_owned()
}

/// What some programs begin a text in UTF-8 with.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The number a text starts with: `90`, `-1.5 m`, `8 8 8`.
pub(super) fn leading_number(text: &str) -> Option<f64> {
    let end = text
        .char_indices()
        .find(|(at, c)| !(c.is_ascii_digit() || *c == '.' || (*at == 0 && matches!(c, '-' | '+'))))
        .map_or(text.len(), |(at, _)| at);
    text.get(..end)?.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_the_start() {
        assert_eq!(leading_number("8 8 8"), Some(8.0));
        assert_eq!(leading_number("-108.400968"), Some(-108.400_968));
        assert_eq!(leading_number("75.0 mm"), Some(75.0));
        assert_eq!(leading_number("inf"), None);
        assert_eq!(leading_number(""), None);
    }
}
