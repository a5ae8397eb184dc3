//! The rows of what was made, written in the transaction that ends the job.

use std::path::PathBuf;
use std::sync::Arc;

use diesel::sql_types::{Array, Binary, Bool, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use safelight_core::events::Event;
use safelight_core::ids::{AssetType, FileType, Visibility};
use safelight_core::jobs::{Complete, FollowUps, NewJob, kind};
use safelight_core::media::{MediaStore, intents};
use uuid::Uuid;

use super::asset::AssetFacts;
use crate::pipeline::Size;

/// A file that was written under its final name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MadeFile {
    pub(super) kind: FileType,
    pub(super) path: PathBuf,
    pub(super) is_progressive: bool,
    pub(super) is_transparent: bool,
}

/// All that one attempt made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) files: Vec<MadeFile>,
    pub(super) thumbhash: Vec<u8>,
    /// Pixels of the original, upright.
    pub(super) original: Option<Size>,
}

/// How the job ended.
pub(super) struct Outcome {
    pub(super) asset: AssetFacts,
    /// Nothing for videos and hidden assets.
    pub(super) made: Option<Made>,
    /// Whether somebody waits for the asset, so that the chain goes on.
    pub(super) told: bool,
    pub(super) store: Arc<dyn MediaStore>,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    #[expect(dead_code, reason = "that there is a row is all that counts")]
    id: Uuid,
}

#[derive(QueryableByName)]
struct Replaced {
    #[diesel(sql_type = Text)]
    path: String,
}

impl Complete for Outcome {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        if let Some(made) = &self.made {
            let paths: Vec<_> = made.files.iter().map(|file| file.path.as_path()).collect();
            if !intents::clear_all(conn, &paths).await? {
                return Err(DbError::Unknown("no intent for files that were written".to_owned()));
            }
            // Held until the end of the transaction, so that the asset cannot go while its rows come.
            let found: Vec<Found> = sql_query("select id from asset where id = $1 for no key update")
                .bind::<SqlUuid, _>(self.asset.id)
                .load(conn)
                .await?;
            if found.is_empty() {
                return delete(
                    conn,
                    follow,
                    paths.iter().map(|path| path.to_string_lossy().into_owned()).collect(),
                )
                .await;
            }
            let replaced = self.write_rows(conn, made).await?;
            delete(conn, follow, replaced).await?;
        }
        if self.told {
            self.go_on(conn, follow).await?;
        }
        Ok(())
    }

    async fn discard(&self) {
        let Some(made) = &self.made else { return };
        for file in &made.files {
            if let Err(error) = self.store.delete(&file.path).await {
                // Its intent outlives this attempt, so the sweep will try again.
                tracing::warn!(asset.id = %self.asset.id, %error, "a picture nobody wants could not be removed");
            }
        }
    }
}

impl Outcome {
    /// Points the rows at the new files. Returns the paths that no row names any more.
    async fn write_rows(&self, conn: &mut AsyncPgConnection, made: &Made) -> Result<Vec<String>, DbError> {
        let kinds = || {
            made.files
                .iter()
                .map(|file| file.kind.as_str().to_owned())
                .collect::<Vec<_>>()
        };
        let paths: Vec<String> = made
            .files
            .iter()
            .map(|file| file.path.to_string_lossy().into_owned())
            .collect();
        // A fullsize picture that is not made any more goes with its row.
        let replaced: Vec<Replaced> = sql_query(
            "with stale as (delete from asset_file where asset_id = $1 and not is_edited and type = 'fullsize' \
                            and type <> all($2) returning path) \
             select path from stale union all \
             select path from asset_file where asset_id = $1 and not is_edited and type = any($2) and path <> all($3)",
        )
        .bind::<SqlUuid, _>(self.asset.id)
        .bind::<Array<Text>, _>(kinds())
        .bind::<Array<Text>, _>(&paths)
        .load(conn)
        .await?;
        sql_query(
            "insert into asset_file (asset_id, type, path, is_progressive, is_transparent) \
             select $1, * from unnest($2, $3, $4, $5) \
             on conflict (asset_id, type, is_edited) do update set path = excluded.path, \
             is_progressive = excluded.is_progressive, is_transparent = excluded.is_transparent, updated_at = now()",
        )
        .bind::<SqlUuid, _>(self.asset.id)
        .bind::<Array<Text>, _>(kinds())
        .bind::<Array<Text>, _>(&paths)
        .bind::<Array<Bool>, _>(made.files.iter().map(|file| file.is_progressive).collect::<Vec<_>>())
        .bind::<Array<Bool>, _>(made.files.iter().map(|file| file.is_transparent).collect::<Vec<_>>())
        .execute(conn)
        .await?;
        // What a decoder saw goes before what tags say: some have no size, and a container may crop or turn.
        let narrow = |length: u32| i32::try_from(length).ok();
        let size = made
            .original
            .and_then(|size| Some((narrow(size.width)?, narrow(size.height)?)));
        let (width, height) = size.unzip();
        sql_query(
            "update asset set thumbhash = $2, updated_at = now(), \
             width = case when is_edited then width else coalesce($3, width) end, \
             height = case when is_edited then height else coalesce($4, height) end where id = $1",
        )
        .bind::<SqlUuid, _>(self.asset.id)
        .bind::<Binary, _>(&made.thumbhash)
        .bind::<Nullable<Integer>, _>(width)
        .bind::<Nullable<Integer>, _>(height)
        .execute(conn)
        .await?;
        Ok(replaced.into_iter().map(|row| row.path).collect())
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

async fn delete(conn: &mut AsyncPgConnection, follow: &mut FollowUps, files: Vec<String>) -> Result<(), DbError> {
    if files.is_empty() {
        return Ok(());
    }
    follow
        .enqueue(
            conn,
            NewJob::<kind::DeleteFiles>::with_payload(kind::DeleteFilesPayload { files }),
        )
        .await
}
