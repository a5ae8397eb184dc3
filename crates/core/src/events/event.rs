use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A small fact. A gateway builds what its clients see from the database, and only where a socket of that user is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// An uploaded asset has its pictures.
    UploadSuccess {
        /// Owner.
        user: Uuid,
        /// The asset.
        asset: Uuid,
    },
    /// An asset's metadata was changed and read again.
    AssetUpdate {
        /// Owner.
        user: Uuid,
        /// The asset.
        asset: Uuid,
    },
    /// An asset is no longer shown on its own.
    AssetHidden {
        /// Owner.
        user: Uuid,
        /// The asset.
        asset: Uuid,
    },
    /// Assets went to the trash.
    AssetTrash {
        /// Owner.
        user: Uuid,
        /// The assets.
        assets: Vec<Uuid>,
    },
    /// Assets came back from the trash.
    AssetRestore {
        /// Owner.
        user: Uuid,
        /// The assets.
        assets: Vec<Uuid>,
    },
    /// An asset is gone for good.
    AssetDelete {
        /// Owner.
        user: Uuid,
        /// The asset.
        asset: Uuid,
    },
    /// The system settings changed.
    ConfigUpdate {
        /// Their version.
        version: i64,
    },
    /// A session ended.
    SessionDelete {
        /// The session.
        session: Uuid,
    },
    /// An account is gone for good.
    UserDelete {
        /// The account.
        user: Uuid,
    },
    /// A notification row was written.
    Notification {
        /// Whose.
        user: Uuid,
        /// The row.
        notification: Uuid,
    },
    /// Some events were lost on their way: what open pages know may be old.
    Missed,
    /// A running job got further.
    JobProgress {
        /// The job.
        job: Uuid,
        /// Its queue, by the name of the contract.
        queue: String,
        /// Its subject, where it has one.
        subject: Option<Uuid>,
        /// Per mille.
        per_mille: u16,
    },
}
