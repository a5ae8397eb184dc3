//! What the handlers share.

use std::sync::Arc;

use safelight_core::db::{DbError, Pool, PooledConnection};
use safelight_core::jobs::JobError;
use safelight_core::media::MediaStore;
use safelight_core::settings::Settings;
use safelight_video::VideoHelper;

use crate::exiftool::{ExifTool, ExifToolError};

/// The doors to everything outside; cheap to clone.
#[derive(Clone)]
pub(crate) struct Context {
    /// Postgres.
    pub(crate) pool: Pool,
    /// The settings in force.
    pub(crate) settings: Settings,
    /// Files.
    pub(crate) store: Arc<dyn MediaStore>,
    /// Tags.
    pub(crate) tool: ExifTool,
    /// The streams of videos.
    pub(crate) videos: VideoHelper,
}

impl Context {
    /// A connection of the pool.
    pub(crate) async fn conn(&self) -> Result<PooledConnection, JobError> {
        Ok(self.pool.get().await.map_err(DbError::from)?)
    }
}

/// What becomes of a job that met this error of exiftool.
pub(crate) fn tool_error(error: &ExifToolError) -> JobError {
    if error.is_illness() {
        JobError::ill(error.to_string())
    } else {
        JobError::retry(error.to_string())
    }
}
