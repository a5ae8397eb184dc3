//! How a binary of the fleet starts, works and stops: the only room that knows all others.

mod announcer;
mod error;
mod membership;
mod program;
mod start;
mod worker;

pub use announcer::Announcer;
pub use error::ServiceError;
pub use membership::{Membership, MembershipParts};
pub use program::run_program;
pub use start::Service;
pub use worker::WorkerBuilder;
