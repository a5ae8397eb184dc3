//! Section `integrityChecks`: rows and files compared by schedule.

use serde::{Deserialize, Serialize};

/// Rows and files compared by schedule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrityChecksSettings {
    /// Rows without a file.
    pub missing_files: IntegrityCheck,
    /// Files without a row.
    pub untracked_files: IntegrityCheck,
    /// Files whose bytes have changed.
    pub checksum_files: ChecksumCheck,
}

/// When a check runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrityCheck {
    /// Whether the schedule runs.
    pub enabled: bool,
    /// Five-field cron expression.
    pub cron_expression: String,
}

impl Default for IntegrityCheck {
    fn default() -> Self {
        Self {
            enabled: true,
            cron_expression: "0 03 * * *".to_owned(),
        }
    }
}

/// When files are hashed again, and how much of the library at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChecksumCheck {
    /// Whether the schedule runs.
    pub enabled: bool,
    /// Five-field cron expression.
    pub cron_expression: String,
    /// Milliseconds of one run.
    pub time_limit: u64,
    /// Part of the library of one run, 1 is all.
    pub percentage_limit: u64,
}

impl Default for ChecksumCheck {
    fn default() -> Self {
        Self {
            enabled: true,
            cron_expression: "0 03 * * *".to_owned(),
            time_limit: 3_600_000,
            percentage_limit: 1,
        }
    }
}
