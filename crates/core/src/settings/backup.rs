//! Section `backup`: dumps of the database.

use serde::{Deserialize, Serialize};

/// Backups that the installation makes by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BackupSettings {
    /// Dumps of the database.
    pub database: DatabaseBackup,
}

/// When the database is dumped and how many dumps are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseBackup {
    /// Whether the schedule runs at all.
    pub enabled: bool,
    /// Five-field cron expression.
    pub cron_expression: String,
    /// Dumps kept; older ones are deleted. At least 1.
    pub keep_last_amount: u64,
}

impl Default for DatabaseBackup {
    fn default() -> Self {
        Self {
            enabled: true,
            cron_expression: "0 02 * * *".to_owned(),
            keep_last_amount: 14,
        }
    }
}
