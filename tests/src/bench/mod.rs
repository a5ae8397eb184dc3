//! Whole-process benchmarks: the real binaries on a real Postgres (with its default fsync) and Redis, each beside a named
//! peer that does the same work in the same run. Nothing here is asserted: machines are noisy, so figures are printed.

pub mod api;
mod bytes;
pub mod images;
pub mod jobs;
mod load;
mod memory;
mod peer;
mod pictures;
pub mod scale;
mod table;
mod tags;
mod thumbnails;
mod transcode;
mod upload;
mod usage;

use anyhow::{Result, bail};

pub use table::Table;

/// The parts, in the order in which they run.
pub const PARTS: &[&str] = &["upload", "tags", "thumbnails", "transcode", "memory"];

/// Runs one part and returns its table.
///
/// # Errors
/// When there is no such part, or something it needs does not run.
pub async fn run(part: &str) -> Result<Table> {
    match part {
        "upload" => upload::run().await,
        "tags" => tags::run().await,
        "thumbnails" => thumbnails::run().await,
        "transcode" => transcode::run().await,
        "memory" => memory::run().await,
        other => bail!("no benchmark is called {other}; there are {}", PARTS.join(", ")),
    }
}
