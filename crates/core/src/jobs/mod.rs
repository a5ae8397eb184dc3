//! The job engine: rows in Postgres are the queue, streams in Redis only wake, and a lease number fences every result.
//!
//! A producer knows a job's [`kind`] and calls [`enqueue`] in its own transaction; a worker implements [`Handler`] for
//! the kind and gives back a [`Completion`], which the engine applies in the one transaction that also removes the row.

mod abilities;
mod backoff;
mod completion;
pub mod derived;
pub mod engine;
mod enqueue;
mod handler;
pub mod kind;
mod new_job;
pub mod schedule;
mod wake;
mod words;

pub use abilities::{Abilities, Announcement};
pub use backoff::Backoff;
pub use completion::{Complete, Completion, FollowUps};
pub use enqueue::{BulkOptions, enqueue, enqueue_deletion, enqueue_each, enqueue_set, enqueue_set_with};
pub use handler::{Handler, Job, JobError, Progress};
pub use kind::{JobKind, NoPayload, Payload, PayloadError};
pub use new_job::NewJob;
pub use wake::{WAKE_GROUP, Waker, Wakes, wake_key};
pub use words::{Class, JobState, Source};
