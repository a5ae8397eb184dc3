//! `AssetGenerateThumbnails`: preview, thumbnail and thumbhash of one asset.

use std::path::Path;
use std::sync::Arc;

use safelight_core::db::decoded::{Seen, Version};
use safelight_core::db::{DbError, Pool};
use safelight_core::ids::{AssetType, FileType, Visibility};
use safelight_core::jobs::derived::DerivedFile;
use safelight_core::jobs::{Completion, Handler, Job, JobError, Source, kind};
use safelight_core::media::MediaStore;
use safelight_core::media::intents::{self, Owner};
use safelight_core::settings::Settings;
use safelight_video::VideoHelper;
use tokio_util::sync::CancellationToken;

use super::asset::{self, AssetFacts};
use super::options::picture_options;
use super::original::Original;
use super::publish::{Made, Outcome};
use crate::config::PictureConfig;
use crate::maker::Maker;
use crate::pipeline::{Picture, Pictures};

/// Makes the pictures of assets. Clones share one budget of memory.
#[derive(Clone)]
pub struct ThumbnailHandler {
    pub(super) pool: Pool,
    pub(super) settings: Settings,
    pub(super) store: Arc<dyn MediaStore>,
    pub(super) config: PictureConfig,
    pub(super) maker: Maker,
    pub(super) videos: VideoHelper,
}

impl ThumbnailHandler {
    /// A handler for all jobs of this process; they share one maker.
    pub fn new(
        pool: Pool,
        settings: Settings,
        store: Arc<dyn MediaStore>,
        config: PictureConfig,
        maker: Maker,
        videos: VideoHelper,
    ) -> Self {
        Self {
            pool,
            settings,
            store,
            config,
            maker,
            videos,
        }
    }

    /// Reads, decodes and writes; nothing is in a row yet but the intents.
    async fn make(&self, asset: &AssetFacts, lease: i64, cancel: &CancellationToken) -> Result<Made, JobError> {
        if asset.kind == AssetType::Video {
            let (pictures, version) = self.pictures_of_film(asset, cancel).await?;
            return self.write(asset, lease, pictures, version).await;
        }
        let options = picture_options(&self.settings.current().image, asset, self.config.process_invalid);
        let original = Original::open(&*self.store, Path::new(&asset.original_path)).await?;
        let version = original.version();
        let pictures = self.maker.make(original, &asset.original_name, options, cancel).await?;
        self.write(asset, lease, pictures, version).await
    }

    /// Publishes the files under names of this lease, each announced before its first byte.
    async fn write(
        &self,
        asset: &AssetFacts,
        lease: i64,
        pictures: Pictures,
        version: Version,
    ) -> Result<Made, JobError> {
        let Pictures {
            preview,
            thumbnail,
            fullsize,
            thumbhash,
            is_transparent,
            original,
            stored,
            orientation,
        } = pictures;
        let named = |kind: FileType, picture: Picture| {
            let extension = picture.format.extension();
            let path = self
                .store
                .paths()
                .picture(asset.owner, asset.id, kind, false, lease, extension);
            (
                DerivedFile {
                    kind,
                    path,
                    is_progressive: picture.is_progressive,
                    is_transparent,
                },
                picture.bytes,
            )
        };
        let mut files = vec![named(FileType::Preview, preview), named(FileType::Thumbnail, thumbnail)];
        files.extend(fullsize.map(|picture| named(FileType::Fullsize, picture)));
        let paths: Vec<&Path> = files.iter().map(|(file, _)| file.path.as_path()).collect();
        let mut conn = self.pool.get().await.map_err(DbError::from)?;
        intents::declare_all(&mut conn, &paths, Owner::Lease(lease)).await?;
        drop(conn);
        let mut made = Vec::with_capacity(files.len());
        for (file, bytes) in files {
            self.store
                .publish(&file.path, bytes.into())
                .await
                .map_err(|error| JobError::writing(&error))?;
            made.push(file);
        }
        Ok(Made {
            files: made,
            thumbhash,
            original,
            seen: Seen {
                size: stored.map(|size| (size.width, size.height)),
                orientation: Some(orientation.exif()),
            },
            version,
        })
    }
}

impl Handler<kind::GenerateThumbnails> for ThumbnailHandler {
    async fn handle(&self, job: &Job<kind::GenerateThumbnails>) -> Result<Completion, JobError> {
        let id = job.subject()?;
        let mut conn = self.pool.get().await.map_err(DbError::from)?;
        let Some(asset) = asset::load(&mut conn, id).await? else {
            return Ok(Completion::empty());
        };
        drop(conn);
        // What is hidden is never looked at; what follows goes on.
        let wanted =
            matches!(asset.kind, AssetType::Image | AssetType::Video) && asset.visibility != Visibility::Hidden;
        let made = if wanted {
            Some(self.make(&asset, job.lease, &job.cancel).await?)
        } else {
            None
        };
        let told = job.source == Some(Source::Upload) || job.notify;
        Ok(Completion::new(Outcome {
            asset,
            made,
            told,
            store: Arc::clone(&self.store),
            pool: self.pool.clone(),
        }))
    }
}
