//! One value of exiftool's JSON as text.

use serde_json::Value;

/// The text of a JSON value: strings decoded, numbers and booleans as exiftool spelled them (it writes any text that looks
/// like a number without quotes), of a list the first entry.
pub(super) fn text_of(raw: &str) -> Result<String, serde_json::Error> {
    let text = match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str::<String>(raw)?,
        Some(b'[') => match serde_json::from_str::<Vec<Value>>(raw)?.into_iter().next() {
            Some(Value::String(text)) => text,
            Some(other) => other.to_string(),
            None => String::new(),
        },
        _ => raw.to_owned(),
    };
    Ok(tidy(&text))
}

/// Without the blanks and zero bytes that cameras pad their fields with.
pub(super) fn tidy(text: &str) -> String {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\0').to_owned()
}

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
