//! Signing up, logging in and out, passwords and PINs.

mod login;
mod own;
mod pin;
mod read;
pub(crate) mod routes;
mod wire;
mod write;

pub(crate) use wire::PIN;
