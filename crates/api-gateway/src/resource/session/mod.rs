//! Sessions: where one is logged in.

mod read;
pub(crate) mod routes;
mod wire;
mod write;

pub(crate) use read::of;
pub(crate) use write::{end, lock_all, lock_one};
