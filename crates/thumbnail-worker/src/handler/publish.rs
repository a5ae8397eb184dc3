//! The rows of what was made, written in the transaction that ends the job.

use std::sync::Arc;

use diesel::sql_query;
use diesel::sql_types::{Binary, Integer, Nullable, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::decoded::{self, Seen, Version};
use safelight_core::db::{DbError, Pool};
use safelight_core::events::Event;
use safelight_core::ids::{AssetType, FileType, Visibility};
use safelight_core::jobs::derived::{self, DerivedFile};
use safelight_core::jobs::{Complete, FollowUps, NewJob, kind};
use safelight_core::media::MediaStore;

use super::asset::AssetFacts;
use crate::pipeline::Size;

/// The kinds of files that this job is in charge of: one that is not made any more goes.
const KINDS: &[FileType] = &[FileType::Preview, FileType::Thumbnail, FileType::Fullsize];

/// All that one attempt made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) files: Vec<DerivedFile>,
    pub(super) thumbhash: Vec<u8>,
    /// Pixels of what was decoded, upright.
    pub(super) original: Size,
    /// What is known of the photo or the film itself.
    pub(super) seen: Seen,
    /// The file in which it was seen.
    pub(super) version: Version,
}

/// How the job ended.
pub(super) struct Outcome {
    pub(super) asset: AssetFacts,
    /// Nothing for videos and hidden assets.
    pub(super) made: Option<Made>,
    /// Whether somebody waits for the asset, so that the chain goes on.
    pub(super) told: bool,
    pub(super) store: Arc<dyn MediaStore>,
    pub(super) pool: Pool,
}

impl Complete for Outcome {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        if let Some(made) = &self.made {
            if !derived::publish(conn, follow, self.asset.id, KINDS, &made.files).await? {
                return Ok(());
            }
            self.describe(conn, made).await?;
        }
        if self.told {
            self.go_on(conn, follow).await?;
        }
        Ok(())
    }

    async fn discard(&self) {
        if let Some(made) = &self.made {
            let files: Vec<_> = made.files.iter().map(|file| file.path.as_path()).collect();
            derived::discard(&self.pool, &*self.store, &files).await;
        }
    }
}

impl Outcome {
    /// What the pictures tell of their original. What a decoder saw goes before what tags say: some have no size, and a container
    /// may crop or turn. The size of a smaller picture in the file is better than none.
    async fn describe(&self, conn: &mut AsyncPgConnection, made: &Made) -> Result<(), DbError> {
        let narrow = |length: u32| i32::try_from(length).ok();
        let size = narrow(made.original.width).zip(narrow(made.original.height));
        let (width, height) = size.unzip();
        sql_query(
            "update asset set thumbhash = $2, updated_at = now(), \
             width = case when width is null or height is null then $3 else width end, \
             height = case when width is null or height is null then $4 else height end where id = $1",
        )
        .bind::<SqlUuid, _>(self.asset.id)
        .bind::<Binary, _>(&made.thumbhash)
        .bind::<Nullable<Integer>, _>(width)
        .bind::<Nullable<Integer>, _>(height)
        .execute(conn)
        .await?;
        decoded::record(conn, self.asset.id, made.version, made.seen).await?;
        decoded::tell(conn, self.asset.id).await
    }

    /// What follows an upload.
    async fn go_on(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        if self.asset.kind == AssetType::Video {
            follow
                .enqueue(conn, NewJob::<kind::EncodeVideo>::for_subject(self.asset.id))
                .await?;
        }
        if matches!(self.asset.visibility, Visibility::Timeline | Visibility::Archive) {
            follow.event(Event::UploadSuccess {
                user: self.asset.owner,
                asset: self.asset.id,
            });
        }
        Ok(())
    }
}
