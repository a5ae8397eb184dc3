//! The kinds of jobs, a line each.

use super::{DeleteAssetPayload, DeleteFilesPayload, JobKind, NoPayload, Slice};
use crate::ids::QueueName;

/// Declares kinds: the name in rows and on the wire, the queue, what a job carries beside its subject (nothing, where it is not said), and how
/// many failures it may have before it is parked.
macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident: $name:literal in $queue:ident $(with $payload:ident)? $(parked after $failures:literal)?;)*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Copy)]
            pub struct $kind;

            impl JobKind for $kind {
                const NAME: &'static str = $name;
                const QUEUE: QueueName = QueueName::$queue;
                $(const MAX_FAILURES: i32 = $failures;)?
                type Payload = kinds!(@payload $($payload)?);
            }
        )*
    };
    (@payload) => { NoPayload };
    (@payload $payload:ident) => { $payload };
}

kinds! {
    /// Read an asset's file and sidecar into rows.
    ExtractMetadata: "AssetExtractMetadata" in MetadataExtraction;
    /// Make an asset's preview, thumbnail and thumbhash.
    GenerateThumbnails: "AssetGenerateThumbnails" in ThumbnailGeneration;
    /// Make the small picture of a person from what they have uploaded. Keyed by the account's id.
    GenerateProfileImage: "UserGenerateProfileImage" in ThumbnailGeneration;
    /// Make the playable video of an asset, where the policy asks for one.
    EncodeVideo: "AssetEncodeVideo" in VideoConversion;
    /// Find the sidecar of an asset, then read its metadata.
    SidecarCheck: "SidecarCheck" in Sidecar;
    /// Write what a person has set by hand into an asset's sidecar, then read its metadata.
    SidecarWrite: "SidecarWrite" in Sidecar;
    /// Remove one asset for good: its rows, then its files. Keyed by the asset's id.
    DeleteAsset: "AssetDelete" in BackgroundTask with DeleteAssetPayload;
    /// Remove files that no row names any more, with their part files. Never merged.
    DeleteFiles: "FileDelete" in BackgroundTask with DeleteFilesPayload parked after 10;
    /// Remove for good every asset whose status is `deleted`. A singleton that goes on in slices.
    EmptyTrash: "AssetEmptyTrash" in BackgroundTask with Slice;
    /// Remove for good what has been in the trash for longer than the settings allow. A singleton that goes on in slices.
    DeleteCheck: "AssetDeleteCheck" in BackgroundTask with Slice;
    /// Have pictures made of all assets that lack one. A singleton that goes on in slices. It waits where the workers look that do
    /// it, not among the jobs it orders.
    MissingThumbnails: "AssetGenerateThumbnailsQueueAll" in BackgroundTask with Slice;
    /// Count every account's stored bytes anew. A singleton that goes on in slices.
    SyncUsage: "UserSyncUsage" in BackgroundTask with Slice;
    /// Remove an account whose status is `removing`, with everything it owns. Keyed by the account's id; goes on in steps.
    UserDelete: "UserDelete" in BackgroundTask;
    /// Remove accounts that were deleted longer ago than the settings keep them. A singleton.
    UserDeleteCheck: "UserDeleteCheck" in BackgroundTask;
    /// Remove notifications that nobody will look at any more. A singleton.
    NotificationsCleanup: "NotificationsCleanup" in BackgroundTask;
    /// Forget deletions that everybody who mirrors rows has had time to read. A singleton.
    AuditTableCleanup: "AuditTableCleanup" in BackgroundTask;
    /// Remove sessions that have ended or not been used for long. A singleton.
    SessionCleanup: "SessionCleanup" in BackgroundTask;
}
