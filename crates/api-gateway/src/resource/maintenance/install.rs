//! Which files are there already.

use safelight_core::media::FolderSurvey;
use serde::Serialize;

use crate::prelude::*;

/// `MaintenanceDetectInstallResponseDto`
#[derive(Serialize)]
struct Install {
    storage: Vec<StorageFolder>,
}

/// `MaintenanceDetectInstallStorageFolderDto`
#[derive(Serialize)]
struct StorageFolder {
    folder: &'static str,
    readable: bool,
    writable: bool,
    files: u64,
}

impl From<FolderSurvey> for StorageFolder {
    fn from(survey: FolderSurvey) -> Self {
        Self {
            folder: survey.folder.name(),
            readable: survey.is_readable,
            writable: survey.is_writable,
            files: survey.files,
        }
    }
}

/// `GET /admin/maintenance/detect-install`
pub(super) async fn detect(state: Data<AppState>) -> Reply {
    let storage = state.media.survey().await?;
    Ok(reply::ok(&Install {
        storage: storage.into_iter().map(StorageFolder::from).collect(),
    }))
}
