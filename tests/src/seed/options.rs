//! The command line.

use anyhow::{Context as _, Result, bail};

/// What `seed-library` is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Rows in `asset`.
    pub assets: i64,
    /// Small files, too.
    pub files: bool,
    /// Also where there is a library.
    pub more: bool,
    /// Nobody else uses the database.
    pub alone: bool,
}

impl Options {
    /// Reads `N [--files] [--more] [--alone]`; underscores in the number are for the eye.
    ///
    /// # Errors
    /// When there is no number, or a word is not known.
    pub fn of(words: impl IntoIterator<Item = String>) -> Result<Self> {
        let (mut assets, mut files, mut more, mut alone) = (None, false, false, false);
        for word in words {
            match word.as_str() {
                "--files" => files = true,
                "--more" => more = true,
                "--alone" => alone = true,
                number if assets.is_none() && !number.starts_with('-') => {
                    let number = number.replace('_', "");
                    assets = Some(number.parse().with_context(|| format!("{word} is no number"))?);
                }
                _ => bail!("{word} is not known: seed-library N [--files] [--more] [--alone]"),
            }
        }
        Ok(Self {
            assets: assets.context("how many assets? seed-library N [--files] [--more] [--alone]")?,
            files,
            more,
            alone,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_words() {
        let read = |text: &str| Options::of(text.split_whitespace().map(str::to_owned));
        let plain = Options {
            assets: 1_000_000,
            files: false,
            more: false,
            alone: false,
        };
        assert_eq!(read("1_000_000").unwrap(), plain);
        let all = Options {
            assets: 5,
            files: true,
            more: true,
            alone: true,
        };
        assert_eq!(read("--more 5 --files --alone").unwrap(), all);
        for wrong in ["", "x", "5 6", "--files", "5 --quick", "-5"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
