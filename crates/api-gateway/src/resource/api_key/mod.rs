//! API keys: how scripts and the CLI log in.

mod read;
pub(crate) mod routes;
mod wire;
mod write;
