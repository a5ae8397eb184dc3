//! Accounts, for administrators: making, changing, deleting and restoring them.
//!
//! There is always an administrator: nobody takes the right from themselves or deletes themselves, and two who do it to
//! each other in the same moment are put in order ([`guard`]).

mod guard;
mod label;
mod read;
mod remove;
pub(crate) mod routes;
mod wire;
mod write;
