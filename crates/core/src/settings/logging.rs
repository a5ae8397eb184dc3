//! Section `logging`: what is written to the log.

use serde::{Deserialize, Serialize};

/// What is written to the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoggingSettings {
    /// False silences everything.
    pub enabled: bool,
    /// The least important level that is written.
    pub level: LogLevel,
}

impl Default for LoggingSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            level: LogLevel::Log,
        }
    }
}

wire_enum! {
    /// Levels of importance, least important first.
    LogLevel { Verbose = "verbose", Debug = "debug", Log = "log", Warn = "warn", Error = "error", Fatal = "fatal" }
}
