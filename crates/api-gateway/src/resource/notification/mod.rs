//! What people are told in the bell of their page.

mod admin;
pub(crate) mod invite;
pub(crate) mod live;
mod mail;
mod read;
pub(crate) mod routes;
mod wire;
mod write;
