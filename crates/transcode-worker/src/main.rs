//! The transcode worker's process, and the modes in which it is its own child.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use safelight_core::jobs::kind;
use safelight_core::media::Folder;
use safelight_core::service::{Service, run_program};
use safelight_video::{VideoHelper, VideoLimits};
use transcode_worker::config::TranscodeConfig;
use transcode_worker::handler::{TranscodeHandler, room, sweep};
use transcode_worker::trial::child::TrialOrder;
use transcode_worker::trial::{self};

/// Makes web-playable video. Configured by environment variables, see docs/configuration.md.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    mode: Option<Mode>,
}

#[derive(Debug, Subcommand)]
enum Mode {
    /// Print the encoders and decoders of this machine as JSON; run by the worker itself, in a child that may hang or crash
    #[command(hide = true, name = trial::child::LIST)]
    ListCoders,
    /// Try one encoder; run by the worker itself, in a child that may hang or crash
    #[command(hide = true, name = trial::child::TRY_ENCODER)]
    TryEncoder(TrialOrder),
    /// Try one decoder; run by the worker itself, in a child that may hang or crash
    #[command(hide = true, name = trial::child::TRY_DECODER)]
    TryDecoder(TrialOrder),
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
        Some(Mode::ListCoders) => return trial::child::list(),
        Some(Mode::TryEncoder(order)) => return trial::child::encoder(&order),
        Some(Mode::TryDecoder(order)) => return trial::child::decoder(&order),
        None => run_program(work()).map_err(anyhow::Error::from).flatten(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "transcode-worker: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn work() -> anyhow::Result<()> {
    let service = Service::start_worker("transcode-worker").await?;
    let helper = VideoHelper::of_this_program(VideoLimits::from_env(&service.env)?)?;
    let config = TranscodeConfig::from_env(&service.env)?;
    tokio::task::spawn_blocking(sweep);
    let min_free = service.config.media.min_free;
    let store = service.open_store().await?;
    let (known, coders) = trial::list(&helper).await;
    let handler = TranscodeHandler::new(&service, store.clone(), helper.clone(), config, known.clone());
    let room_in = store.clone();
    let mut worker = service
        .worker()
        .handler::<kind::EncodeVideo>(handler)
        .store(store, &[Folder::EncodedVideo])
        .probe(move || {
            let store = room_in.clone();
            async move { room(&*store, min_free, 0).await }
        });
    for capability in known.capabilities() {
        worker = worker.capability(capability);
    }
    for (name, fact) in known.facts() {
        worker = worker.fact(name, fact);
    }
    if config.trials {
        worker = worker.discovery(move |announcer| trial::run(helper, known, coders, announcer));
    }
    Ok(worker.run().await?)
}
