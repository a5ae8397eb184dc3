//! The JSON of commands.

use serde::Serialize;

use crate::{
    http::validate::{Choices, Fields, Rule, Shape, boolean, choice},
    resource::queue::wire::{Queue, Statistics},
};

/// `QueueResponseLegacyDto`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LegacyQueue {
    queue_status: QueueStatus,
    job_counts: Statistics,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct QueueStatus {
    is_paused: bool,
    is_active: bool,
}

impl From<Queue> for LegacyQueue {
    fn from(queue: Queue) -> Self {
        let queue_status = QueueStatus {
            is_paused: queue.is_paused,
            is_active: queue.statistics.active > 0,
        };
        Self {
            queue_status,
            job_counts: queue.statistics,
        }
    }
}

/// What an admin can tell a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Start,
    Pause,
    Resume,
    Empty,
    ClearFailed,
}

/// The words of [`Command`].
const COMMANDS: &Choices<Command> = &[
    ("start", Command::Start),
    ("pause", Command::Pause),
    ("resume", Command::Resume),
    ("empty", Command::Empty),
    ("clear-failed", Command::ClearFailed),
];

/// `QueueCommandDto`
pub(super) struct QueueCommand {
    pub(super) command: Command,
    /// All things, not only those where something is missing.
    pub(super) force: Option<bool>,
}

impl Shape for QueueCommand {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let command = fields.read("command", choice(COMMANDS));
        let force = fields.read("force", boolean().optional());
        Some(Self {
            command: command?,
            force: force?,
        })
    }
}

/// Jobs that can be started by name.
const MANUAL: &Choices<&str> = &[
    ("person-cleanup", "person-cleanup"),
    ("tag-cleanup", "tag-cleanup"),
    ("user-cleanup", "user-cleanup"),
    ("memory-cleanup", "memory-cleanup"),
    ("memory-create", "memory-create"),
    ("backup-database", "backup-database"),
    ("integrity-missing-files", "integrity-missing-files"),
    ("integrity-untracked-files", "integrity-untracked-files"),
    ("integrity-checksum-mismatch", "integrity-checksum-mismatch"),
    ("integrity-missing-files-refresh", "integrity-missing-files-refresh"),
    ("integrity-untracked-files-refresh", "integrity-untracked-files-refresh"),
    (
        "integrity-checksum-mismatch-refresh",
        "integrity-checksum-mismatch-refresh",
    ),
    (
        "integrity-missing-files-delete-all",
        "integrity-missing-files-delete-all",
    ),
    (
        "integrity-untracked-files-delete-all",
        "integrity-untracked-files-delete-all",
    ),
    (
        "integrity-checksum-mismatch-delete-all",
        "integrity-checksum-mismatch-delete-all",
    ),
];

/// `JobCreateDto`
pub(super) struct ManualJob {
    pub(super) name: &'static str,
}

impl Shape for ManualJob {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        fields.read("name", choice(MANUAL)).map(|name| Self { name })
    }
}
