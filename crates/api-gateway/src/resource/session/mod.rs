//! Sessions: where one is logged in.

mod read;
pub(crate) mod routes;
mod wire;
mod write;
