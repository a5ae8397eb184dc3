//! A fleet that grows: what more workers bring, and what a fleet costs that has nothing to do.

mod cpu_group;
mod hundred;
mod idle;
mod rest;
mod workers;

use anyhow::{Result, bail};

use super::Table;

/// The parts, in the order in which they run.
pub const PARTS: &[&str] = &["workers", "rest", "idle", "hundred"];

/// Runs one part and returns its table.
///
/// # Errors
/// When there is no such part, or something it needs does not run.
pub async fn run(part: &str) -> Result<Table> {
    match part {
        "workers" => workers::run().await,
        "rest" => rest::run().await,
        "idle" => idle::run().await,
        "hundred" => hundred::run().await,
        other => bail!("no part is called {other}; there are {}", PARTS.join(", ")),
    }
}
