//! The settings of the installation.

mod options;
mod read;
pub(crate) mod routes;
pub(super) mod smtp;
mod template;
mod wire;
mod write;
