//! Pictures: what they cost beside sharp on the same files, and how near they are to what a reference makes of them.

mod encode;
mod figures;
mod icc;
mod ours;
mod photos;
mod quality;
mod scene;
mod sharp;
mod slow;
mod speed;

use anyhow::{Result, bail};

use super::Table;

/// The parts, in the order in which they run.
pub const PARTS: &[&str] = &["speed", "quality", "slow"];

/// Runs one part and returns its tables.
///
/// # Errors
/// When there is no such part, or something it needs does not run.
pub async fn run(part: &str) -> Result<Vec<Table>> {
    match part {
        "speed" => speed::run().await,
        "quality" => quality::run().await,
        "slow" => slow::run().await,
        other => bail!("no part is called {other}; there are {}", PARTS.join(", ")),
    }
}
