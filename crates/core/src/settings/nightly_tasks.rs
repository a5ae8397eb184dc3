//! Section `nightlyTasks`: what happens while people sleep.

use serde::{Deserialize, Serialize};

/// What happens while people sleep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the contract's document has one switch per task"
)]
pub struct NightlyTasksSettings {
    /// `HH:MM` in the zone of the installation.
    pub start_time: String,
    /// Old sessions, trash and audit rows.
    pub database_cleanup: bool,
    /// Thumbnails that are missing.
    pub missing_thumbnails: bool,
    /// Faces without a person.
    pub cluster_new_faces: bool,
    /// Memories of this day.
    pub generate_memories: bool,
    /// Counting what every person uses.
    pub sync_quota_usage: bool,
}

impl Default for NightlyTasksSettings {
    fn default() -> Self {
        Self {
            start_time: "00:00".to_owned(),
            database_cleanup: true,
            missing_thumbnails: true,
            cluster_new_faces: true,
            generate_memories: true,
            sync_quota_usage: true,
        }
    }
}
