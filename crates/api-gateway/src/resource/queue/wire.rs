//! The JSON of queues.

use safelight_core::ids::QueueName;
use serde::Serialize;

use crate::http::validate::{Bound, Choices, Fields, Rule, Shape, boolean, choice, list, word};

/// The six counters of a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Statistics {
    /// Running now.
    pub(crate) active: i64,
    /// Done, over all nodes.
    pub(crate) completed: i64,
    /// Given up until somebody looks.
    pub(crate) failed: i64,
    /// Not yet due.
    pub(crate) delayed: i64,
    /// Due, while the queue is not paused.
    pub(crate) waiting: i64,
    /// Due, while the queue is paused.
    pub(crate) paused: i64,
}

/// A queue with its counters.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Queue {
    /// Its name.
    pub(crate) name: QueueName,
    /// Whether nothing of it is started.
    pub(crate) is_paused: bool,
    /// Its counters.
    pub(crate) statistics: Statistics,
}

/// The `{name}` of a path.
pub(crate) struct Named(pub(crate) QueueName);

impl Shape for Named {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        fields.read("name", word(QueueName::ALL)).map(Self)
    }
}

/// `QueueUpdateDto`
pub(super) struct Update {
    pub(super) is_paused: Option<bool>,
}

impl Shape for Update {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let is_paused = fields.read("isPaused", boolean().optional());
        Some(Self { is_paused: is_paused? })
    }
}

/// `QueueDeleteDto`
pub(super) struct Delete {
    pub(super) failed: Option<bool>,
}

impl Shape for Delete {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let failed = fields.read("failed", boolean().optional());
        Some(Self { failed: failed? })
    }
}

/// What a job can be doing, to the admin page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Active,
    Failed,
    /// Done jobs are not kept: never lists anything.
    Completed,
    Delayed,
    /// Due, also while the queue is paused.
    Waiting,
    Paused,
}

/// The words of [`Status`].
const STATUSES: &Choices<Status> = &[
    ("active", Status::Active),
    ("failed", Status::Failed),
    ("completed", Status::Completed),
    ("delayed", Status::Delayed),
    ("waiting", Status::Waiting),
    ("paused", Status::Paused),
];

/// The query of the list of jobs.
pub(super) struct Search {
    /// Absent is all.
    pub(super) status: Option<Vec<Status>>,
}

impl Shape for Search {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let status = fields.read("status", list(Bound::Words, choice(STATUSES)).optional());
        Some(Self { status: status? })
    }
}
