//! `UserDelete`: removes an account with everything it owns.
//!
//! It goes in steps, each the completion of one job that queues the next: some assets with their rows, their files as jobs of
//! their own, and at last the account. Whoever is killed in between leaves an account with fewer assets and a job that goes
//! on. No file is forgotten: its path is in a row, or in a job that deletes it.

use std::path::{Path, PathBuf};

use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::{DbError, lock_albums_of};
use safelight_core::events::Event;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, NewJob, kind};
use uuid::Uuid;

use crate::context::Context;

/// Assets of one step.
const ASSETS: i64 = 500;
/// Files of one job that deletes them.
const FILES: usize = 500;

/// An account that is being removed is never anything else again.
const ACCOUNT: &str = "select id from \"user\" where id = $1 and status = 'removing'";
/// Held to the end of the last step: an upload that is about to write its rows waits, and then finds no account.
const LOCK_ACCOUNT: &str = "select id from \"user\" where id = $1 for update";
/// With the photos that show them, which change when they go.
const LOCK_ASSETS: &str = "\
select id from asset where id = any($1) or live_photo_video_id = any($1) order by id for update";
const SOME_ASSETS: &str = "select id from asset where owner_id = $1 limit $2";
/// What external libraries hold is theirs.
const FILES_OF_ASSETS: &str = "\
select original_path as path from asset where id = any($1) and not is_external
union all select path from asset_file where asset_id = any($1)";
const FILES_OF_ACCOUNT: &str = "\
select profile_image_path as path from \"user\" where id = $1 and profile_image_path <> ''
union all select path from profile_upload where user_id = $1 and path is not null";
const OWN_ALBUMS: &str = "\
with own as (
    select album.id from album join album_user on album_user.album_id = album.id
    where album_user.user_id = $1 and album_user.role = 'owner'
    order by album.id for update of album
)
delete from album using own where album.id = own.id";

/// Removes accounts.
pub(crate) struct UserDeleteHandler(pub(crate) Context);

impl Handler<kind::UserDelete> for UserDeleteHandler {
    async fn handle(&self, job: &Job<kind::UserDelete>) -> Result<Completion, JobError> {
        Ok(Completion::new(Step {
            user: job.subject()?,
            root: self.0.store.paths().root().to_owned(),
        }))
    }
}

struct Step {
    user: Uuid,
    root: PathBuf,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct PathRow {
    #[diesel(sql_type = Text)]
    path: String,
}

impl Complete for Step {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let account: Vec<IdRow> = sql_query(ACCOUNT).bind::<SqlUuid, _>(self.user).load(conn).await?;
        if account.is_empty() {
            return Ok(());
        }
        let assets = self.some_assets(conn, ASSETS).await?;
        if assets.is_empty() {
            return self.remove_account(conn, follow).await;
        }
        sql_query(LOCK_ASSETS)
            .bind::<Array<SqlUuid>, _>(&assets)
            .execute(conn)
            .await?;
        lock_albums_of(conn, &assets).await?;
        let files: Vec<PathRow> = sql_query(FILES_OF_ASSETS)
            .bind::<Array<SqlUuid>, _>(&assets)
            .load(conn)
            .await?;
        sql_query("delete from asset where id = any($1)")
            .bind::<Array<SqlUuid>, _>(&assets)
            .execute(conn)
            .await?;
        self.delete_files(conn, follow, files).await?;
        self.go_on(conn, follow).await
    }
}

impl Step {
    async fn some_assets(&self, conn: &mut AsyncPgConnection, most: i64) -> Result<Vec<Uuid>, DbError> {
        let assets: Vec<IdRow> = sql_query(SOME_ASSETS)
            .bind::<SqlUuid, _>(self.user)
            .bind::<BigInt, _>(most)
            .load(conn)
            .await?;
        Ok(assets.into_iter().map(|asset| asset.id).collect())
    }

    /// Another step follows.
    async fn go_on(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        follow
            .enqueue(conn, NewJob::<kind::UserDelete>::for_subject(self.user))
            .await
    }

    /// The last step. The row of the account takes the rest with it.
    async fn remove_account(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        for statement in [OWN_ALBUMS, LOCK_ACCOUNT] {
            sql_query(statement).bind::<SqlUuid, _>(self.user).execute(conn).await?;
        }
        // What an upload has written until the account was locked.
        if !self.some_assets(conn, 1).await?.is_empty() {
            return self.go_on(conn, follow).await;
        }
        let files: Vec<PathRow> = sql_query(FILES_OF_ACCOUNT)
            .bind::<SqlUuid, _>(self.user)
            .load(conn)
            .await?;
        sql_query("delete from \"user\" where id = $1")
            .bind::<SqlUuid, _>(self.user)
            .execute(conn)
            .await?;
        self.delete_files(conn, follow, files).await?;
        follow.event(Event::UserDelete { user: self.user });
        tracing::info!(user.id = %self.user, "an account is gone for good");
        Ok(())
    }

    async fn delete_files(
        &self,
        conn: &mut AsyncPgConnection,
        follow: &mut FollowUps,
        files: Vec<PathRow>,
    ) -> Result<(), DbError> {
        // A sidecar beside somebody else's picture is somebody else's, too.
        let ours = |path: &String| Path::new(path).starts_with(&self.root);
        let files: Vec<String> = files.into_iter().map(|file| file.path).filter(ours).collect();
        for files in files.chunks(FILES) {
            follow.delete_files(conn, files.to_vec()).await?;
        }
        Ok(())
    }
}
