//! The kinds of jobs: what a producer needs to know to enqueue one. How it is done is the worker's part.

mod payload;
mod table;

use crate::ids::QueueName;

pub use payload::{DeleteAssetPayload, DeleteFilesPayload, NoPayload, Payload, PayloadError, Slice};
pub use table::*;

/// A kind of job.
pub trait JobKind: Send + Sync + 'static {
    /// The name in rows and on the wire, from the contract (section 3.1).
    const NAME: &'static str;
    /// The queue it waits in.
    const QUEUE: QueueName;
    /// How many failures it may have before it is parked.
    const MAX_FAILURES: i32 = 4;
    /// What it carries beside its subject.
    type Payload: Payload;
}
