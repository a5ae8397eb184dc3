use super::{ConfigError, Env};

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Console,
    /// One JSON object a line.
    Json,
}

/// What is logged, and how.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// A filter as `tracing` reads it (`info`, `debug`, `info,safelight_core=debug`).
    pub filter: String,
    /// Console or JSON.
    pub format: LogFormat,
    /// Colours in console output; off with `NO_COLOR`.
    pub colour: bool,
}

impl LogConfig {
    /// Reads `SAFELIGHT_LOG` (a full filter) or `IMMICH_LOG_LEVEL` (verbose, debug, log, warn, error, fatal), and
    /// `IMMICH_LOG_FORMAT` (console, json).
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let filter = match env.string("SAFELIGHT_LOG")? {
            Some(filter) => filter,
            None => env.parse_with("IMMICH_LOG_LEVEL", level)?.unwrap_or("info").to_owned(),
        };
        let format = env.parse_with("IMMICH_LOG_FORMAT", |text| match text {
            "console" => Ok(LogFormat::Console),
            "json" => Ok(LogFormat::Json),
            _ => Err("expected console or json".to_owned()),
        })?;
        Ok(Self {
            filter,
            format: format.unwrap_or(LogFormat::Console),
            colour: env.string("NO_COLOR")?.is_none(),
        })
    }
}

/// Immich's level names, in `tracing`'s words.
fn level(text: &str) -> Result<&'static str, String> {
    match text {
        "verbose" | "trace" => Ok("trace"),
        "debug" => Ok("debug"),
        "log" | "info" => Ok("info"),
        "warn" => Ok("warn"),
        "error" | "fatal" => Ok("error"),
        _ => Err("expected verbose, debug, log, warn, error or fatal".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn immich_levels() {
        let config = LogConfig::from_env(&Env::of([("IMMICH_LOG_LEVEL", "verbose"), ("NO_COLOR", "1")])).unwrap();
        assert_eq!(
            (config.filter.as_str(), config.format, config.colour),
            ("trace", LogFormat::Console, false)
        );
        assert!(LogConfig::from_env(&Env::of([("IMMICH_LOG_LEVEL", "loud")])).is_err());
    }
}
