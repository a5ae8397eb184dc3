//! `SidecarWrite`: what a person has set by hand goes into a sidecar, never into the original, and is then read from there.

mod values;

use std::path::{Path, PathBuf};

use diesel::sql_query;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::sidecar::{self as row, Sidecar};
use safelight_core::db::{DbError, usage};
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, NewJob, Source, kind};
use safelight_core::media::intents::{self, Owner};
use uuid::Uuid;

use self::values::Values;
use super::asset::{self, AssetFacts};
use crate::context::{Context, tool_error};
use crate::exiftool::ExifToolError;
use crate::sidecar::{self, SidecarError};

/// Writes sidecars.
pub(crate) struct SidecarWriteHandler(pub(crate) Context);

impl SidecarWriteHandler {
    /// Makes a new sidecar out of the old one, if there is one, and the values. Names are never reused: the new one carries
    /// the lease. The files of a library are somebody else's, so its sidecars are kept in the store. Tells its size in bytes.
    async fn make(&self, asset: &AssetFacts, values: &Values, lease: i64) -> Result<(PathBuf, i64), JobError> {
        let Context { store, tool, .. } = &self.0;
        let old = match asset.sidecar() {
            Some(path) => match store.open(path).await {
                Ok(opened) => Some(opened).filter(|opened| opened.length() > 0),
                Err(error) if error.is_not_found() => None,
                Err(error) => return Err(JobError::reading(&error)),
            },
            None => None,
        };
        let written = sidecar::write(tool, old.as_ref(), &values.assignments()).await;
        let content = written.map_err(|error| not_written(&error))?;
        let path = if asset.is_external {
            store.paths().upload(asset.owner_id, Uuid::new_v4(), "xmp")
        } else {
            let mut name = asset.original().as_os_str().to_owned();
            name.push(format!("-{lease}.xmp"));
            PathBuf::from(name)
        };
        intents::declare(&mut *self.0.conn().await?, &path, Owner::Lease(lease)).await?;
        let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
        store
            .publish(&path, content.into())
            .await
            .map_err(|error| JobError::writing(&error))?;
        Ok((path, size))
    }
}

/// What becomes of a job that could not make the content.
fn not_written(error: &SidecarError) -> JobError {
    match error {
        SidecarError::Tool(error) if error.is_excess() || matches!(error, ExifToolError::Refused(_)) => {
            JobError::permanent(format!("the sidecar cannot be written: {error}"))
        }
        SidecarError::Tool(error) => tool_error(error),
        SidecarError::Media(error) => JobError::reading(error),
    }
}

impl Handler<kind::SidecarWrite> for SidecarWriteHandler {
    async fn handle(&self, job: &Job<kind::SidecarWrite>) -> Result<Completion, JobError> {
        let id = job.subject()?;
        let mut conn = self.0.conn().await?;
        let Some(asset) = asset::load(&mut conn, id).await? else {
            return Ok(Completion::empty());
        };
        let Some(values) = values::load(&mut conn, id).await? else {
            return Ok(Completion::empty());
        };
        drop(conn);
        let (path, size) = tokio::select! {
            made = self.make(&asset, &values, job.lease) => made?,
            () = job.cancel.cancelled() => return Err(JobError::Cancelled),
        };
        let root = self.0.store.paths().root().to_owned();
        Ok(Completion::new(Outcome {
            asset,
            values,
            path,
            size,
            root,
        }))
    }
}

struct Outcome {
    asset: AssetFacts,
    values: Values,
    path: PathBuf,
    /// Bytes.
    size: i64,
    root: PathBuf,
}

impl Complete for Outcome {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        if !intents::clear(conn, &self.path).await? {
            return Err(DbError::Unknown("no intent for a sidecar that was written".to_owned()));
        }
        let path = self.path.to_string_lossy().into_owned();
        let sidecar = Sidecar {
            path: &path,
            size: self.size,
        };
        let Some(replaced) = row::point(conn, self.asset.id, Some(sidecar)).await? else {
            return follow.delete_files(conn, vec![path]).await;
        };
        if let Some(old) = replaced.path.filter(|old| Path::new(old).starts_with(&self.root)) {
            follow.delete_files(conn, vec![old]).await?;
        }
        unlock(conn, self.asset.id, &self.values).await?;
        let read = NewJob::for_subject(self.asset.id).source(Source::SidecarWrite);
        follow.enqueue::<kind::ExtractMetadata>(conn, read).await?;
        // What a person writes about a picture is kept, even if it is more than the account may store.
        usage::change(conn, self.asset.owner_id, self.size.saturating_sub(replaced.size)).await
    }
}

/// What stands in the sidecar needs no lock any more, unless it was changed again since: then another write waits.
async fn unlock(conn: &mut AsyncPgConnection, asset: Uuid, values: &Values) -> Result<(), DbError> {
    let Some(now) = values::load(conn, asset).await? else {
        return Ok(());
    };
    let unlocked = values.unchanged_in(&now);
    sql_query(
        "update asset_exif set locked_properties = \
         array(select column_name from unnest(locked_properties) column_name where column_name <> all($2)) \
         where asset_id = $1",
    )
    .bind::<SqlUuid, _>(asset)
    .bind::<Array<Text>, _>(unlocked)
    .execute(conn)
    .await?;
    Ok(())
}
