//! The queues of the admin page: counters, pausing, the jobs in them.

pub(crate) mod change;
pub(crate) mod counts;
mod jobs;
mod read;
pub(crate) mod routes;
pub(crate) mod wire;
mod write;
