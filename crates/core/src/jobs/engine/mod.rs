//! How jobs are claimed, kept, finished and given back.
//!
//! - [`claim`]: one short transaction takes up to as many rows as there are free slots, most urgent first.
//! - [`beat`]: one statement extends this node's leases and tells it what it has lost and what there is to do.
//! - [`finish`]: the first statement of the completing transaction is the fence.
//! - [`give_back`]: failures, losses and unfinished work return to the queue, are folded into a waiting twin or parked.
//! - [`queue_loop`]: claims while there are free slots, and waits for a wake-up otherwise.
//!
//! Everything that decides who owns a job happens in the database, under its clock.

mod admission;
pub mod beat;
mod claim;
mod control;
mod erased;
mod finish;
mod give_back;
mod group;
mod history;
mod lanes;
mod metrics;
mod patience;
mod queue_loop;
mod registry;
mod run_job;
mod running;
mod schedule_tick;
mod slot;
mod solitude;
mod sweep;
mod wake_reader;
mod way_back;

pub use admission::{Admission, OperatorState};
pub use claim::{CLAIM, CLAIM_SUSPECT, ClaimLimits, ClaimedRow, claim};
pub use control::{Engine, EngineParts, Examination, QueueControl, always_well};
pub use finish::{Finished, finish, finish_empty};
pub use give_back::{GiveBack, Requirement, give_back};
pub use metrics::EngineMetrics;
pub(crate) use patience::keep_trying;
pub use queue_loop::run_queue;
pub use registry::{Registry, SupportedKind};
pub use running::{Running, RunningJob};
pub use schedule_tick::run_due_schedules;
pub use sweep::{Swept, sweep};

/// After this many losses a job is a suspect: it is claimed only where nothing else runs, so that it can take nothing
/// innocent down with it.
pub const SUSPECT_AFTER: i32 = 2;
/// A suspect is parked when it was lost this often while it was claimed alone and the machine of its node lived on.
pub const LOSSES_ALONE: i32 = 3;
