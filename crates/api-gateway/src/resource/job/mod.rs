//! The older half of the admin page's queues: commands, and jobs started by name.

mod read;
pub(crate) mod routes;
mod start;
mod wire;
mod write;
