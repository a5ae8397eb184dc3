use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// What a campaign is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many minutes faults are made.
    pub minutes: u64,
    /// Where the plan comes from.
    pub seed: u64,
}

impl Options {
    /// Reads `[--minutes N] [--seed S]`: two minutes, and a seed from the clock, unless told otherwise.
    ///
    /// # Errors
    /// When a word is not known, or no number follows it.
    pub fn of(words: impl IntoIterator<Item = String>) -> Result<Self> {
        let clock = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        let mut options = Self {
            minutes: 2,
            seed: clock.as_secs() % 1_000_000,
        };
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name.to_owned(), value.to_owned()),
                None => (word.clone(), words.next().unwrap_or_default()),
            };
            let number = value.parse().with_context(|| format!("{name} needs a number"));
            match name.as_str() {
                "--minutes" => options.minutes = number?,
                "--seed" => options.seed = number?,
                _ => bail!("{word} is not known: chaos [--minutes N] [--seed S]"),
            }
        }
        if options.minutes == 0 {
            bail!("a campaign takes a minute at least");
        }
        Ok(options)
    }

    /// How long faults are made.
    #[must_use]
    pub fn length(&self) -> Duration {
        Duration::from_secs(self.minutes * 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let read = |text: &str| Options::of(text.split_whitespace().map(str::to_owned));
        let wanted = Options { minutes: 3, seed: 7 };
        assert_eq!(read("--minutes 3 --seed 7").unwrap(), wanted);
        assert_eq!(read("--seed=7 --minutes=3").unwrap(), wanted);
        for wrong in ["--minutes", "--minutes x", "--minutes 0", "--hours 1", "3"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
