use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

/// What is wrong with a variable, named.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The variable has a value that cannot be read.
    #[error("{name}: {reason}")]
    Invalid {
        /// The variable.
        name: String,
        /// What is wrong, without the value: it may be a secret.
        reason: String,
    },
    /// The variable is needed and absent.
    #[error("{name} is not set: {purpose}")]
    Missing {
        /// The variable.
        name: String,
        /// What it is for.
        purpose: &'static str,
    },
}

impl ConfigError {
    /// An error of `name`.
    pub fn invalid(name: &str, reason: impl Display) -> Self {
        Self::Invalid {
            name: name.to_owned(),
            reason: reason.to_string(),
        }
    }
}

/// A snapshot of the environment. Empty values count as absent, as in a compose file's `NAME=`.
#[derive(Clone, Default)]
pub struct Env {
    values: HashMap<String, String>,
}

impl Env {
    /// The variables of this process.
    pub fn process() -> Self {
        let pairs = std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
        Self {
            values: pairs.collect(),
        }
    }

    /// An environment made of pairs, for tests and for callers that compose one.
    pub fn of<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        Self {
            values: pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect(),
        }
    }

    /// The same with some variables set otherwise.
    #[must_use]
    pub fn with<K: Into<String>, V: Into<String>>(&self, pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut env = self.clone();
        env.values.extend(pairs.into_iter().map(|(k, v)| (k.into(), v.into())));
        env
    }

    /// The value of `name`, or the content of the file that `<name>_FILE` names, without its last line break.
    pub fn string(&self, name: &str) -> Result<Option<String>, ConfigError> {
        if let Some(value) = self.raw(name) {
            return Ok(Some(value.to_owned()));
        }
        let file_variable = format!("{name}_FILE");
        let Some(path) = self.raw(&file_variable) else {
            return Ok(None);
        };
        let content = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::invalid(&file_variable, format!("cannot read {path}: {error}")))?;
        Ok(Some(content.trim_end_matches(['\r', '\n']).to_owned()).filter(|content| !content.is_empty()))
    }

    /// The value of `name`, parsed.
    pub fn parse<T>(&self, name: &str) -> Result<Option<T>, ConfigError>
    where
        T: FromStr,
        T::Err: Display,
    {
        self.parse_with(name, |text| text.parse::<T>().map_err(|error| error.to_string()))
    }

    /// A switch: `true`, `1`, `yes`, `on` or `false`, `0`, `no`, `off`.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, ConfigError> {
        self.parse_with(name, |text| match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => Err("expected true or false".to_owned()),
        })
    }

    /// A number of bytes: `1048576`, `500MB`, `1GiB`.
    pub fn bytes(&self, name: &str) -> Result<Option<u64>, ConfigError> {
        self.parse_with(name, parse_bytes)
    }

    /// A time: `250ms`, `10s`, `5m`, `1h`; a bare number is seconds.
    pub fn duration(&self, name: &str) -> Result<Option<Duration>, ConfigError> {
        self.parse_with(name, parse_duration)
    }

    /// The value of `name` as `parse` reads it; the error names the variable and not the value.
    pub fn parse_with<T>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(text) = self.string(name)? else {
            return Ok(None);
        };
        parse(text.trim())
            .map(Some)
            .map_err(|reason| ConfigError::invalid(name, reason))
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

/// Splits `12MiB` into 12 and `MiB`.
fn split_unit(text: &str) -> Result<(u64, &str), String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let number = digits
        .parse::<u64>()
        .map_err(|_| "expected a whole number, with a unit or without".to_owned())?;
    Ok((number, unit.trim()))
}

fn parse_bytes(text: &str) -> Result<u64, String> {
    let (number, unit) = split_unit(text)?;
    let factor: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        _ => return Err("expected bytes such as 500MB or 1GiB".to_owned()),
    };
    number.checked_mul(factor).ok_or_else(|| "too large".to_owned())
}

fn parse_duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split_unit(text)?;
    match unit {
        "ms" => Ok(Duration::from_millis(number)),
        "" | "s" => Ok(Duration::from_secs(number)),
        "m" => Ok(Duration::from_secs(number.saturating_mul(60))),
        "h" => Ok(Duration::from_secs(number.saturating_mul(3_600))),
        _ => Err("expected a time such as 250ms, 10s, 5m or 1h".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_is_absent() {
        let env = Env::of([("A", ""), ("B", "x")]);
        assert_eq!(env.string("A").unwrap(), None);
        assert_eq!(env.string("B").unwrap().as_deref(), Some("x"));
    }

    #[test]
    fn a_file_variant_is_read_without_its_line_break() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("password");
        std::fs::write(&path, "secret\n").unwrap();
        let env = Env::of([("DB_PASSWORD_FILE", path.to_str().unwrap())]);
        assert_eq!(env.string("DB_PASSWORD").unwrap().as_deref(), Some("secret"));
        let env = Env::of([("DB_PASSWORD_FILE", "/nonexistent/file")]);
        assert!(
            env.string("DB_PASSWORD")
                .unwrap_err()
                .to_string()
                .starts_with("DB_PASSWORD_FILE: cannot read")
        );
    }

    #[test]
    fn units() {
        assert_eq!(parse_bytes("2GiB").unwrap(), 2 << 30);
        assert_eq!(parse_bytes("500MB").unwrap(), 500_000_000);
        assert!(parse_bytes("2 bananas").is_err());
        assert_eq!(parse_duration("250ms").unwrap(), Duration::from_millis(250));
        assert_eq!(parse_duration("90").unwrap(), Duration::from_secs(90));
        assert!(parse_duration("soon").is_err());
    }

    #[test]
    fn errors_name_the_variable_and_hide_the_value() {
        let env = Env::of([("PORT", "hunter2")]);
        let text = env.parse::<u16>("PORT").unwrap_err().to_string();
        assert!(text.starts_with("PORT: ") && !text.contains("hunter2"));
    }
}
