//! Whether a storage template can be followed: known words in double braces, `{{#if word}}...{{else}}...{{/if}}` closed.

use super::options;

/// Words beside those of dates.
const WORDS: [&str; 10] = [
    "filename",
    "ext",
    "filetype",
    "filetypefull",
    "assetId",
    "assetIdShort",
    "album",
    "make",
    "model",
    "lensModel",
];
/// What dates of an album begin with.
const ALBUM_DATES: [&str; 2] = ["album-startDate-", "album-endDate-"];

/// Whether the template can be followed.
pub(super) fn is_valid(template: &str) -> bool {
    if template.trim().is_empty() || template.split('/').any(|part| part == "..") {
        return false;
    }
    // One entry per open `if`: whether its `else` was seen.
    let mut open: Vec<bool> = Vec::new();
    let mut rest = template;
    while let Some((_, from)) = rest.split_once("{{") {
        let Some((tag, after)) = from.split_once("}}") else {
            return false;
        };
        rest = after;
        let tag = tag.trim();
        let fits = if let Some(condition) = tag.strip_prefix("#if ") {
            open.push(false);
            is_word(condition.trim())
        } else if tag == "else" {
            open.last_mut().is_some_and(|seen| !std::mem::replace(seen, true))
        } else if tag == "/if" {
            open.pop().is_some()
        } else {
            is_word(tag)
        };
        if !fits {
            return false;
        }
    }
    open.is_empty()
}

fn is_word(word: &str) -> bool {
    let date = ALBUM_DATES.iter().find_map(|prefix| word.strip_prefix(prefix));
    match date {
        Some(date) => options::is_date_word(date),
        None => WORDS.contains(&word) || options::is_date_word(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_can_be_followed() {
        for preset in options::OPTIONS.preset_options {
            assert!(is_valid(preset), "{preset}");
        }
    }

    #[test]
    fn mistakes_are_refused() {
        let bad = [
            "",
            "{{y}}/{{nope}}",
            "{{y}}/{{filename",
            "{{#if album}}x",
            "{{else}}",
            "a{{/if}}",
            "../{{filename}}",
        ];
        for template in bad {
            assert!(!is_valid(template), "{template}");
        }
        assert!(!is_valid("{{#if album}}a{{else}}b{{else}}c{{/if}}"));
    }
}
