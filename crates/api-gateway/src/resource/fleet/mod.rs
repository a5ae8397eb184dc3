//! The fleet: why an asset has no pictures, for everybody, and for admins: nodes, what the fleet does now and then, the limits of queues, the zone of its nights, jobs with their history
//! and why they do not run, what was given up, and what should be known of the installation as a whole.
//!
//! None of it is in the contract; no client of the contract needs it.

mod chore;
mod held;
mod job;
mod list;
mod nobody;
mod node;
mod notice;
mod parked;
mod pictures;
mod queue;
pub(crate) mod routes;
mod why;
mod wire;
mod zone;

pub(crate) use held::patience as feed_hold;
