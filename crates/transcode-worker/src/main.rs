//! The transcode worker: web-playable video from any video.
//!
//! It joins the fleet and tells what this machine can encode. It has no handler yet, so it claims no job: those of
//! videos wait in their queue.

mod capabilities;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use safelight_core::child;
use safelight_core::service::Service;

/// Makes web-playable video. Configured by environment variables, see docs/configuration.md.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    mode: Option<Mode>,
}

#[derive(Debug, Subcommand)]
enum Mode {
    /// Print the encoders of this machine as JSON; run by the worker itself, in a child that may hang or crash
    #[command(hide = true, name = capabilities::MODE)]
    ListEncoders,
}

fn main() -> ExitCode {
    let result = match Cli::parse().mode {
        Some(Mode::ListEncoders) => list_encoders(),
        None => work(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "transcode-worker: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn list_encoders() -> anyhow::Result<()> {
    child::end_with_parent();
    serde_json::to_writer(std::io::stdout().lock(), &safelight_video::encoders()?)?;
    Ok(())
}

#[tokio::main]
async fn work() -> anyhow::Result<()> {
    let service = Service::start("transcode-worker").await?;
    let mut worker = service.worker();
    for capability in capabilities::find().await {
        worker = worker.capability(capability);
    }
    Ok(worker.run().await?)
}
