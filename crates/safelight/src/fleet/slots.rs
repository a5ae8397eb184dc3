//! `thumbnails=4`: names that people use for queues, and numbers.

use anyhow::{Context as _, bail};
use safelight_core::fleet::MOST_SLOTS;
use safelight_core::ids::QueueName;

/// Short names for the queues that are set most often.
const SHORT: &[(&str, QueueName)] = &[
    ("thumbnails", QueueName::ThumbnailGeneration),
    ("metadata", QueueName::MetadataExtraction),
    ("videos", QueueName::VideoConversion),
    ("transcodes", QueueName::VideoConversion),
];

/// The queue of this name.
pub(super) fn queue(name: &str) -> anyhow::Result<QueueName> {
    if let Some((_, queue)) = SHORT.iter().find(|(short, _)| *short == name) {
        return Ok(*queue);
    }
    name.parse().ok().with_context(|| {
        let short: Vec<&str> = SHORT.iter().map(|(short, _)| *short).collect();
        let names: Vec<&str> = QueueName::ALL.iter().map(|queue| queue.as_str()).collect();
        format!(
            "there is no queue {name} ({}, or {})",
            short.join(", "),
            names.join(", ")
        )
    })
}

/// A number of slots; `default` is that of the settings.
pub(super) fn number(value: &str) -> anyhow::Result<Option<u32>> {
    if value == "default" {
        return Ok(None);
    }
    match value.parse() {
        Ok(number @ 0..=MOST_SLOTS) => Ok(Some(number)),
        _ => bail!("{value:?} is neither a number from 0 to {MOST_SLOTS} nor `default`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_and_those_of_the_contract() {
        assert_eq!(queue("thumbnails").unwrap(), QueueName::ThumbnailGeneration);
        assert_eq!(queue("videoConversion").unwrap(), QueueName::VideoConversion);
        assert!(queue("nothing").unwrap_err().to_string().contains("videoConversion"));
    }

    #[test]
    fn numbers_have_limits() {
        assert_eq!(number("0").unwrap(), Some(0));
        assert_eq!(number("default").unwrap(), None);
        for wrong in ["-1", "10001", "many", ""] {
            assert!(number(wrong).is_err(), "{wrong}");
        }
    }
}
