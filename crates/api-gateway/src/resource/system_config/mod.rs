//! The settings of the installation.

pub(crate) mod file;
mod options;
mod read;
pub(crate) mod routes;
mod smtp;
mod template;
mod wire;
mod write;

pub(crate) use wire::Sent;

pub(crate) use smtp::{MailServers, patience as mail_patience};
