//! The metadata worker: rows from files.
//!
//! It reads what `exiftool` finds in pictures and their sidecars ([`exiftool`], [`tags`]) and what `GStreamer` finds in videos
//! (`safelight_video`, in a child), makes sense of it ([`extract`]: pure functions), and keeps house: trash, sidecars, files nobody names ([`handler`]), at night by [`schedule`].

mod context;
mod exiftool;
mod extract;
mod handler;
mod schedule;
mod show;
mod sidecar;
mod tags;

use std::process::ExitCode;

use safelight_core::jobs::kind;
use safelight_core::media::Folder;
use safelight_core::service::{Service, run_program};
use safelight_video::{VideoHelper, VideoLimits};

use crate::context::Context;
use crate::exiftool::{ExifTool, Limits};

fn main() -> anyhow::Result<ExitCode> {
    if let Some(ended) = safelight_video::run_helper() {
        return Ok(ended);
    }
    if let Some(files) = show::files() {
        return show::run(files);
    }
    run_program(work())??;
    Ok(ExitCode::SUCCESS)
}

/// It deletes files of every kind, writes sidecars beside originals, and takes motion parts out of photos.
const FOLDERS: &[Folder] = &[Folder::Upload, Folder::Thumbs, Folder::EncodedVideo, Folder::Profile];

async fn work() -> anyhow::Result<()> {
    let service = Service::start_worker("metadata-worker").await?;
    let limits = Limits::from_env(&service.env)?;
    let videos = VideoHelper::of_this_program(VideoLimits::from_env(&service.env)?)?;
    let audit = handler::AuditTableCleanupHandler::from_env(&service.env)?;
    let zone = schedule::zone(&service.env)?;
    let store = service.open_store().await?;
    let context = Context {
        pool: service.pool.clone(),
        settings: service.settings.clone(),
        store: store.clone(),
        tool: ExifTool::new(limits),
        videos,
    };
    let tool = context.tool.clone();
    let probe = move || {
        let tool = tool.clone();
        async move { tool.check().await.map_err(|error| error.to_string()) }
    };
    let schedules = tokio::spawn(schedule::follow(service.pool.clone(), service.settings.clone(), zone));
    let mut worker = service
        .worker()
        .handler::<kind::ExtractMetadata>(handler::ExtractMetadataHandler(context.clone()))
        .handler::<kind::SidecarCheck>(handler::SidecarCheckHandler(context.clone()))
        .handler::<kind::SidecarWrite>(handler::SidecarWriteHandler(context.clone()))
        .handler::<kind::DeleteAsset>(handler::DeleteAssetHandler(context.clone()))
        .handler::<kind::DeleteCheck>(handler::DeleteCheckHandler(context.clone()))
        .handler::<kind::DeleteFiles>(handler::DeleteFilesHandler(context.clone()))
        .handler::<kind::UserDelete>(handler::UserDeleteHandler(context.clone()))
        .handler::<kind::UserDeleteCheck>(handler::UserDeleteCheckHandler(context.clone()))
        .handler::<kind::EmptyTrash>(handler::EmptyTrashHandler)
        .handler::<kind::MissingThumbnails>(handler::MissingThumbnailsHandler)
        .handler::<kind::NotificationsCleanup>(handler::NotificationsCleanupHandler)
        .handler::<kind::SessionCleanup>(handler::SessionCleanupHandler)
        .handler::<kind::AuditTableCleanup>(audit)
        .handler::<kind::SyncUsage>(handler::SyncUsageHandler(context))
        .store(store, FOLDERS)
        .probe(probe);
    for schedule in schedule::SCHEDULES {
        worker = worker.schedule(schedule);
    }
    worker.run().await?;
    schedules.abort();
    Ok(())
}
