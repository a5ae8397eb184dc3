//! The row of a playable video, written in the transaction that ends the job.

use std::path::PathBuf;
use std::sync::Arc;

use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use safelight_core::jobs::{Complete, FollowUps, NewJob, kind};
use safelight_core::media::{MediaStore, intents};
use uuid::Uuid;

/// How the job ended.
pub(super) struct Outcome {
    pub(super) asset: Uuid,
    /// The new file; nothing where the video is played as it is.
    pub(super) made: Option<PathBuf>,
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
        let replaced = match &self.made {
            Some(path) => self.publish(conn, path).await?,
            None => self.remove(conn).await?,
        };
        if replaced.is_empty() {
            return Ok(());
        }
        let payload = kind::DeleteFilesPayload { files: replaced };
        follow
            .enqueue(conn, NewJob::<kind::DeleteFiles>::with_payload(payload))
            .await
    }

    async fn discard(&self) {
        let Some(path) = &self.made else { return };
        if let Err(error) = self.store.delete(path).await {
            // Its intent outlives this attempt, so the sweep will try again.
            tracing::warn!(asset.id = %self.asset, %error, "a video nobody wants could not be removed");
        }
    }
}

impl Outcome {
    /// Points the row at the new file. Returns the paths that no row names any more.
    async fn publish(&self, conn: &mut AsyncPgConnection, path: &std::path::Path) -> Result<Vec<String>, DbError> {
        if !intents::clear(conn, path).await? {
            return Err(DbError::Unknown("no intent for a file that was written".to_owned()));
        }
        let path = path.to_string_lossy().into_owned();
        // Held until the end of the transaction, so that the asset cannot go while its row comes.
        let found: Vec<Found> = sql_query("select id from asset where id = $1 for no key update")
            .bind::<SqlUuid, _>(self.asset)
            .load(conn)
            .await?;
        if found.is_empty() {
            return Ok(vec![path]);
        }
        let replaced: Vec<Replaced> = sql_query(
            "select path from asset_file where asset_id = $1 and type = 'encoded_video' and not is_edited and path <> $2",
        )
        .bind::<SqlUuid, _>(self.asset)
        .bind::<Text, _>(&path)
        .load(conn)
        .await?;
        sql_query(
            "insert into asset_file (asset_id, type, path) values ($1, 'encoded_video', $2) \
             on conflict (asset_id, type, is_edited) do update set path = excluded.path, updated_at = now()",
        )
        .bind::<SqlUuid, _>(self.asset)
        .bind::<Text, _>(&path)
        .execute(conn)
        .await?;
        Ok(replaced.into_iter().map(|row| row.path).collect())
    }

    /// What was made once is not needed any more.
    async fn remove(&self, conn: &mut AsyncPgConnection) -> Result<Vec<String>, DbError> {
        let removed: Vec<Replaced> = sql_query(
            "delete from asset_file where asset_id = $1 and type = 'encoded_video' and not is_edited returning path",
        )
        .bind::<SqlUuid, _>(self.asset)
        .load(conn)
        .await?;
        Ok(removed.into_iter().map(|row| row.path).collect())
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
