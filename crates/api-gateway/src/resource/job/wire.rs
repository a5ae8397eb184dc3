//! The JSON of commands.

use serde::Serialize;

use crate::{
    http::validate::{Choices, Fields, Rule, Shape, boolean, choice, shape},
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

shape! {
    /// `QueueCommandDto`
    pub(super) struct QueueCommand {
        command: Command = "command", choice(COMMANDS);
        /// All things, not only those where something is missing.
        force: Option<bool> = "force", boolean().optional();
    }
}

/// `JobCreateDto`: a job that can be started by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ManualJob {
    /// Accounts whose days are over.
    UserCleanup,
    /// What is left over of things that this release has none of.
    NothingToClean,
    /// This release does not do it.
    NotYet(&'static str),
}

const BACKUPS: ManualJob = ManualJob::NotYet("Database backups");
const INTEGRITY: ManualJob = ManualJob::NotYet("Integrity checks");
const MEMORIES: ManualJob = ManualJob::NotYet("Memories");

/// The names of [`ManualJob`].
const MANUAL: &Choices<ManualJob> = &[
    ("person-cleanup", ManualJob::NothingToClean),
    ("tag-cleanup", ManualJob::NothingToClean),
    ("user-cleanup", ManualJob::UserCleanup),
    ("memory-cleanup", ManualJob::NothingToClean),
    ("memory-create", MEMORIES),
    ("backup-database", BACKUPS),
    ("integrity-missing-files", INTEGRITY),
    ("integrity-untracked-files", INTEGRITY),
    ("integrity-checksum-mismatch", INTEGRITY),
    ("integrity-missing-files-refresh", INTEGRITY),
    ("integrity-untracked-files-refresh", INTEGRITY),
    ("integrity-checksum-mismatch-refresh", INTEGRITY),
    ("integrity-missing-files-delete-all", INTEGRITY),
    ("integrity-untracked-files-delete-all", INTEGRITY),
    ("integrity-checksum-mismatch-delete-all", INTEGRITY),
];

impl Shape for ManualJob {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        fields.read("name", choice(MANUAL))
    }
}
