//! `UserGenerateProfileImage`: the small picture of a person, from the upload that waits.
//!
//! An upload of which no picture can be made is refused: its row says why, and whoever sent it is told. Trying again would
//! not help, so no job is parked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use diesel::{OptionalExtension as _, QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::{DbError, Pool};
use safelight_core::jobs::derived;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, JobKind as _, kind};
use safelight_core::media::MediaStore;
use safelight_core::media::intents::{self, Owner};
use uuid::Uuid;

use super::generate_thumbnails::ThumbnailHandler;
use super::options::profile_options;

const WAITING: &str = "select upload, path, file_name from profile_upload where user_id = $1 and path is not null";
/// Locked as those do who upload and delete, so that each sees what the other did.
const ACCOUNT: &str = "select nullif(profile_image_path, '') as path from \"user\" where id = $1 for no key update";
const DONE: &str = "delete from profile_upload where user_id = $1 and upload = $2 returning path";
const SHOW: &str = "
update \"user\" set profile_image_path = $2, profile_changed_at = now(), updated_at = now() where id = $1";
const REFUSE: &str = "
update profile_upload p set path = null, refusal = $3 from profile_upload before
where p.user_id = $1 and p.upload = $2 and before.user_id = p.user_id returning before.path";

/// Makes pictures of people, with the means of those that make pictures of assets.
pub struct ProfileImageHandler(pub ThumbnailHandler);

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = SqlUuid)]
    upload: Uuid,
    #[diesel(sql_type = Text)]
    path: String,
    #[diesel(sql_type = Text)]
    file_name: String,
}

#[derive(QueryableByName)]
struct PathRow {
    #[diesel(sql_type = Nullable<Text>)]
    path: Option<String>,
}

impl Handler<kind::GenerateProfileImage> for ProfileImageHandler {
    async fn handle(&self, job: &Job<kind::GenerateProfileImage>) -> Result<Completion, JobError> {
        let user = job.subject()?;
        let mut conn = self.0.pool.get().await.map_err(DbError::from)?;
        let waiting: Option<Waiting> = sql_query(WAITING)
            .bind::<SqlUuid, _>(user)
            .get_result(&mut conn)
            .await
            .optional()?;
        drop(conn);
        let Some(waiting) = waiting else {
            return Ok(Completion::empty());
        };
        let is_last = job.attempt >= kind::GenerateProfileImage::MAX_FAILURES;
        let made = match self.make(user, &waiting, job).await {
            Ok(path) => Ok(path),
            Err(JobError::Permanent(reason)) => Err(reason),
            Err(JobError::Retry(reason) | JobError::Absent(reason)) if is_last => Err(reason),
            Err(error) => return Err(error),
        };
        Ok(Completion::new(Outcome {
            user,
            upload: waiting.upload,
            made,
            store: Arc::clone(&self.0.store),
            pool: self.0.pool.clone(),
        }))
    }
}

impl ProfileImageHandler {
    async fn make(
        &self,
        user: Uuid,
        waiting: &Waiting,
        job: &Job<kind::GenerateProfileImage>,
    ) -> Result<PathBuf, JobError> {
        let ThumbnailHandler { pool, store, .. } = &self.0;
        let options = profile_options(&self.0.settings.current().image);
        let (bytes, _version) = self.0.read(Path::new(&waiting.path), &job.cancel).await?;
        let pictures = self.0.pictures(bytes, &waiting.file_name, options, &job.cancel).await?;
        let picture = pictures.thumbnail;
        let path = store.paths().profile(user, Uuid::new_v4(), picture.format.extension());
        let mut conn = pool.get().await.map_err(DbError::from)?;
        intents::declare(&mut conn, &path, Owner::Lease(job.lease)).await?;
        drop(conn);
        let published = store.publish(&path, picture.bytes.into()).await;
        published.map_err(|error| JobError::writing(&error))?;
        Ok(path)
    }
}

/// How the upload ended.
struct Outcome {
    user: Uuid,
    upload: Uuid,
    /// The picture, or why there is none.
    made: Result<PathBuf, String>,
    store: Arc<dyn MediaStore>,
    pool: Pool,
}

impl Complete for Outcome {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let account: Vec<PathRow> = sql_query(ACCOUNT).bind::<SqlUuid, _>(self.user).load(conn).await?;
        let unneeded = match &self.made {
            Ok(picture) => self.show(conn, account, picture).await?,
            Err(reason) => self.refuse(conn, reason).await?,
        };
        let files: Vec<String> = unneeded.into_iter().filter_map(|row| row.path).collect();
        follow.delete_files(conn, files).await
    }

    async fn discard(&self) {
        if let Ok(picture) = &self.made {
            derived::discard(&self.pool, &*self.store, &[picture]).await;
        }
    }
}

impl Outcome {
    /// Puts the picture in place of the one before, and gives what is not needed any more: that one and the upload; or the
    /// picture itself, where the upload was replaced or taken back meanwhile.
    async fn show(
        &self,
        conn: &mut AsyncPgConnection,
        mut account: Vec<PathRow>,
        picture: &Path,
    ) -> Result<Vec<PathRow>, DbError> {
        if !intents::clear(conn, picture).await? {
            return Err(DbError::Unknown("no intent for a picture that was written".to_owned()));
        }
        let path = picture.to_string_lossy().into_owned();
        let done: Vec<PathRow> = sql_query(DONE)
            .bind::<SqlUuid, _>(self.user)
            .bind::<SqlUuid, _>(self.upload)
            .load(conn)
            .await?;
        if done.is_empty() {
            return Ok(vec![PathRow { path: Some(path) }]);
        }
        sql_query(SHOW)
            .bind::<SqlUuid, _>(self.user)
            .bind::<Text, _>(path)
            .execute(conn)
            .await?;
        account.extend(done);
        Ok(account)
    }

    async fn refuse(&self, conn: &mut AsyncPgConnection, reason: &str) -> Result<Vec<PathRow>, DbError> {
        tracing::info!(user.id = %self.user, reason, "no picture of a person could be made");
        let rows = sql_query(REFUSE)
            .bind::<SqlUuid, _>(self.user)
            .bind::<SqlUuid, _>(self.upload)
            .bind::<Text, _>(reason);
        Ok(rows.load(conn).await?)
    }
}
