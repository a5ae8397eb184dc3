//! The machine-readable contract beside the repository: its operations, and the schemas of their answers.
//!
//! [`Document`] is read once per test process. [`check`] holds one answer to it; the client of the tests does that with
//! every answer it gets, so no test has to. [`Example`] is a request made from it. Without the contract on this machine nothing is checked.

mod check;
mod document;
mod example;
mod schema;

use std::path::PathBuf;

pub use check::check;
pub use document::{Document, Operation};
pub use example::{Example, Ids};

/// The folder of the contract: `SAFELIGHT_CONTRACT`, or `../shared/contract`.
pub fn folder() -> PathBuf {
    let configured = std::env::var_os("SAFELIGHT_CONTRACT").map(PathBuf::from);
    configured.unwrap_or_else(|| crate::binaries::repository().join("../shared/contract"))
}
