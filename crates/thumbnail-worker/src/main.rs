//! The thumbnail worker's process.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use safelight_core::jobs::kind;
use safelight_core::media::Folder;
use safelight_core::service::{Service, run_program};
use safelight_video::{VideoHelper, VideoLimits};
use thumbnail_worker::config::PictureConfig;
use thumbnail_worker::decoder;
use thumbnail_worker::handler::{ProfileImageHandler, ThumbnailHandler};
use thumbnail_worker::maker::Maker;
use thumbnail_worker::pipeline::Format;

/// Makes small pictures from big ones. Configured by environment variables, see docs/configuration.md.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    mode: Option<Mode>,
}

#[derive(Debug, Subcommand)]
enum Mode {
    /// Decode files from standard input; run by the worker itself, in a child that may hang or crash
    #[command(hide = true, name = decoder::MODE)]
    Decode,
}

fn main() -> ExitCode {
    if let Some(ended) = safelight_video::run_helper() {
        return ended;
    }
    let result = match Cli::parse().mode {
        Some(Mode::Decode) => decoder::serve().map_err(anyhow::Error::from),
        None => run_program(work()).map_err(anyhow::Error::from).flatten(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "thumbnail-worker: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn work() -> anyhow::Result<()> {
    let service = Service::start_worker("thumbnail-worker").await?;
    let config = PictureConfig::from_env(&service.env)?;
    let program = std::env::current_exe().context("cannot find this program")?;
    let store = service.open_store().await?;
    let maker = Maker::new(config, program);
    let videos = VideoHelper::of_this_program(VideoLimits::from_env(&service.env)?)?;
    let handler = ThumbnailHandler::new(
        service.pool.clone(),
        service.settings.clone(),
        store.clone(),
        config,
        maker,
        videos,
    );
    let mut worker = service
        .worker()
        .handler::<kind::GenerateThumbnails>(handler.clone())
        .handler::<kind::GenerateProfileImage>(ProfileImageHandler(handler))
        .store(store, &[Folder::Thumbs, Folder::Profile]);
    for format in Format::ALL {
        worker = worker.capability(format.capability());
    }
    worker.run().await?;
    Ok(())
}
