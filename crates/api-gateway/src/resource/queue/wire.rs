//! The JSON of queues.

use safelight_core::ids::QueueName;
use serde::Serialize;

use crate::http::validate::{Bound, Choices, Rule, boolean, choice, list, shape, word};

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

shape! {
    /// The `{name}` of a path.
    pub(crate) struct Named(QueueName = "name", word(QueueName::ALL));

    /// `QueueUpdateDto`
    pub(super) struct Update {
        is_paused: Option<bool> = "isPaused", boolean().optional();
    }

    /// `QueueDeleteDto`
    pub(super) struct Delete {
        failed: Option<bool> = "failed", boolean().optional();
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

shape! {
    /// The query of the list of jobs.
    pub(super) struct Search {
        /// Absent is all.
        status: Option<Vec<Status>> = "status", list(Bound::Words, choice(STATUSES)).optional();
    }
}
