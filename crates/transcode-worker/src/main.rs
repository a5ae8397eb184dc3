//! The transcode worker's process, and the modes in which it is its own child.

mod capabilities;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use safelight_core::child;
use safelight_core::jobs::kind;
use safelight_core::media::Folder;
use safelight_core::service::Service;
use safelight_video::{VideoHelper, VideoLimits};
use transcode_worker::config::TranscodeConfig;
use transcode_worker::handler::{TranscodeHandler, room};

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
    /// Make one video, as the order on the input says; run by the worker itself
    #[command(hide = true, name = transcode_worker::child::MODE)]
    Transcode,
}

fn main() -> ExitCode {
    if let Some(ended) = safelight_video::run_helper() {
        return ended;
    }
    let result = match Cli::parse().mode {
        Some(Mode::Transcode) => return transcode_worker::child::run(),
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
    let service = Service::start_worker("transcode-worker").await?;
    let helper = VideoHelper::of_this_program(VideoLimits::from_env(&service.env)?)?;
    let config = TranscodeConfig::from_env(&service.env)?;
    let min_free = service.config.media.min_free;
    let store = service.open_store().await?;
    let handler = TranscodeHandler::new(&service, store.clone(), helper, config);
    let room_in = store.clone();
    let mut worker = service
        .worker()
        .handler::<kind::EncodeVideo>(handler)
        .store(store, &[Folder::EncodedVideo])
        .probe(move || {
            let store = room_in.clone();
            async move { room(&*store, min_free).await }
        });
    for capability in capabilities::find().await {
        worker = worker.capability(capability);
    }
    Ok(worker.run().await?)
}
