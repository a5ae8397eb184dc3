//! The thumbnail worker's process.

use std::sync::Arc;

use anyhow::Context as _;
use safelight_core::jobs::kind;
use safelight_core::media::{LocalStore, MediaStore as _};
use safelight_core::service::Service;
use thumbnail_worker::config::PictureConfig;
use thumbnail_worker::handler::{ProfileImageHandler, ThumbnailHandler};
use thumbnail_worker::pipeline::READ_FORMATS;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let service = Service::start("thumbnail-worker").await?;
    let config = PictureConfig::from_env(&service.env)?;
    let mut conn = service.pool.get().await.context("no connection to the database")?;
    let store = Arc::new(LocalStore::open(&service.config.media, &mut conn).await?);
    drop(conn);
    let handler = ThumbnailHandler::new(service.pool.clone(), service.settings.clone(), store.clone(), config);
    let mut worker = service
        .worker()
        .handler::<kind::GenerateThumbnails>(handler.clone())
        .handler::<kind::GenerateProfileImage>(ProfileImageHandler(handler))
        .probe(move || {
            let store = store.clone();
            async move { store.check().await.map_err(|error| error.to_string()) }
        });
    for format in READ_FORMATS {
        worker = worker.capability(format!("thumbnail.{format}"));
    }
    worker.run().await?;
    Ok(())
}
