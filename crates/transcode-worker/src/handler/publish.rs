//! The row of a playable video, written in the transaction that ends the job.

use std::path::PathBuf;
use std::sync::Arc;

use diesel_async::AsyncPgConnection;
use safelight_core::db::{DbError, Pool};
use safelight_core::ids::FileType;
use safelight_core::jobs::derived::{self, DerivedFile};
use safelight_core::jobs::{Complete, FollowUps, NewJob, kind};
use safelight_core::media::MediaStore;
use uuid::Uuid;

/// How the job ended.
pub(super) struct Outcome {
    asset: Uuid,
    made: Option<DerivedFile>,
    store: Arc<dyn MediaStore>,
    pool: Pool,
}

impl Outcome {
    /// `made` is the new file; nothing where the video is played as it is, so that what was made once is not needed.
    pub(super) fn new(asset: Uuid, made: Option<PathBuf>, store: Arc<dyn MediaStore>, pool: Pool) -> Self {
        let made = made.map(|path| DerivedFile {
            kind: FileType::EncodedVideo,
            path,
            is_progressive: false,
            is_transparent: false,
        });
        Self {
            asset,
            made,
            store,
            pool,
        }
    }
}

impl Complete for Outcome {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let kinds = &[FileType::EncodedVideo];
        derived::publish(conn, follow, self.asset, kinds, self.made.as_slice()).await?;
        Ok(())
    }

    async fn discard(&self) {
        let files: Vec<_> = self.made.iter().map(|file| file.path.as_path()).collect();
        derived::discard(&self.pool, &*self.store, &files).await;
    }
}

/// The job comes again later: what it needs is still being found out.
pub(super) struct Later {
    pub(super) asset: Uuid,
    pub(super) after: std::time::Duration,
    pub(super) force: bool,
    pub(super) notify: bool,
}

impl Complete for Later {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let again = NewJob::<kind::EncodeVideo>::for_subject(self.asset)
            .delay(self.after)
            .force(self.force)
            .notify(self.notify);
        follow.enqueue(conn, again).await
    }
}
