//! One file per kind of job this worker does.

mod asset;
mod audit_table_cleanup;
mod delete_asset;
mod delete_check;
mod delete_files;
mod empty_trash;
mod extract_metadata;
mod missing_thumbnails;
mod notifications_cleanup;
mod session_cleanup;
mod sidecar_check;
mod sidecar_write;
mod slices;
mod sync_usage;
mod user_delete;
mod user_delete_check;

pub(crate) use audit_table_cleanup::AuditTableCleanupHandler;
pub(crate) use delete_asset::DeleteAssetHandler;
pub(crate) use delete_check::DeleteCheckHandler;
pub(crate) use delete_files::DeleteFilesHandler;
pub(crate) use empty_trash::EmptyTrashHandler;
pub(crate) use extract_metadata::ExtractMetadataHandler;
pub(crate) use missing_thumbnails::MissingThumbnailsHandler;
pub(crate) use notifications_cleanup::NotificationsCleanupHandler;
pub(crate) use session_cleanup::SessionCleanupHandler;
pub(crate) use sidecar_check::SidecarCheckHandler;
pub(crate) use sidecar_write::SidecarWriteHandler;
pub(crate) use sync_usage::SyncUsageHandler;
pub(crate) use user_delete::UserDeleteHandler;
pub(crate) use user_delete_check::UserDeleteCheckHandler;
