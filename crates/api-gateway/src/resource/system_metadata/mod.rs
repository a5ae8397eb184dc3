//! Small documents about the installation: one row of `system_metadata` each.

mod document;
mod handlers;
pub(crate) mod routes;

pub(crate) use document::{AdminOnboarding, VersionCheck, load};
