//! Section `library`: folders outside the media location.

use serde::{Deserialize, Serialize};

/// How external libraries are followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LibrarySettings {
    /// Scans by schedule.
    pub scan: LibraryScan,
    /// Watching for changes.
    pub watch: LibraryWatch,
}

/// Scans by schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LibraryScan {
    /// Whether the schedule runs.
    pub enabled: bool,
    /// Five-field cron expression.
    pub cron_expression: String,
}

impl Default for LibraryScan {
    fn default() -> Self {
        Self {
            enabled: true,
            cron_expression: "0 0 * * *".to_owned(),
        }
    }
}

/// Watching for changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LibraryWatch {
    /// Whether folders are watched.
    pub enabled: bool,
}
