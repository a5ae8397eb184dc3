//! The kinds of jobs, one file each: what a producer needs to know to enqueue one. How it is done is the worker's part.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ids::QueueName;

mod audit_table_cleanup;
mod delete_asset;
mod delete_check;
mod delete_files;
mod empty_trash;
mod encode_video;
mod extract_metadata;
mod generate_profile_image;
mod generate_thumbnails;
mod missing_thumbnails;
mod notifications_cleanup;
mod session_cleanup;
mod sidecar_check;
mod sidecar_write;
mod slice;
mod sync_usage;
mod user_delete;
mod user_delete_check;

pub use audit_table_cleanup::AuditTableCleanup;
pub use delete_asset::{DeleteAsset, DeleteAssetPayload};
pub use delete_check::DeleteCheck;
pub use delete_files::{DeleteFiles, DeleteFilesPayload};
pub use empty_trash::EmptyTrash;
pub use encode_video::EncodeVideo;
pub use extract_metadata::ExtractMetadata;
pub use generate_profile_image::GenerateProfileImage;
pub use generate_thumbnails::GenerateThumbnails;
pub use missing_thumbnails::MissingThumbnails;
pub use notifications_cleanup::NotificationsCleanup;
pub use session_cleanup::SessionCleanup;
pub use sidecar_check::SidecarCheck;
pub use sidecar_write::SidecarWrite;
pub use slice::Slice;
pub use sync_usage::SyncUsage;
pub use user_delete::UserDelete;
pub use user_delete_check::UserDeleteCheck;

/// A kind of job.
pub trait JobKind: Send + Sync + 'static {
    /// The name in rows and on the wire, from the contract (section 3.1).
    const NAME: &'static str;
    /// The queue it waits in.
    const QUEUE: QueueName;
    /// How many failures it may have before it is parked.
    const MAX_FAILURES: i32 = 4;
    /// What it carries beside its subject.
    type Payload: Payload;
}

/// What a job carries. It is stored with the number of its version; [`Payload::read`] takes every older version forward.
pub trait Payload: Serialize + Clone + Send + Sync + 'static {
    /// The newest version, which this binary writes. A job of a newer one is left to newer binaries.
    const VERSION: i32 = 1;

    /// Reads a stored payload of `version`, upgrading it to the newest.
    fn read(version: i32, stored: serde_json::Value) -> Result<Self, PayloadError>;
}

/// A stored payload that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// Not of the shape its version says.
    #[error("payload: {0}")]
    Shape(#[from] serde_json::Error),
    /// A version that this binary does not know.
    #[error("payload version {0} is not known")]
    Version(i32),
}

/// Reads a payload whose first version is the only one.
pub(crate) fn read_first_version<T: DeserializeOwned>(
    version: i32,
    stored: serde_json::Value,
) -> Result<T, PayloadError> {
    match version {
        1 => Ok(serde_json::from_value(stored)?),
        other => Err(PayloadError::Version(other)),
    }
}

/// Nothing beside the subject.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NoPayload {}

impl Payload for NoPayload {
    fn read(version: i32, stored: serde_json::Value) -> Result<Self, PayloadError> {
        read_first_version(version, stored)
    }
}
