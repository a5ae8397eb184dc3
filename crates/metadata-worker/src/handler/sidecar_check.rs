//! `SidecarCheck`: finds the sidecar beside an asset's file, then has the metadata read.

use std::path::PathBuf;

use diesel::sql_query;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::{DbError, RowLock, lock_assets};
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, NewJob, kind};
use uuid::Uuid;

use super::asset;
use crate::context::Context;

/// Finds sidecars.
pub(crate) struct SidecarCheckHandler(pub(crate) Context);

impl Handler<kind::SidecarCheck> for SidecarCheckHandler {
    async fn handle(&self, job: &Job<kind::SidecarCheck>) -> Result<Completion, JobError> {
        let id = job.subject()?;
        let asset = asset::load(&mut *self.0.conn().await?, id).await?;
        let Some(asset) = asset else {
            return Ok(Completion::empty());
        };
        let mut found = None;
        for candidate in asset.sidecar_candidates() {
            match self.0.store.open(&candidate).await {
                Ok(_) => {
                    found = Some(candidate);
                    break;
                }
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(JobError::reading(&error)),
            }
        }
        Ok(Completion::new(Outcome { asset: id, found }))
    }
}

struct Outcome {
    asset: Uuid,
    found: Option<PathBuf>,
}

impl Complete for Outcome {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        lock_assets(conn, &[self.asset], RowLock::Change).await?;
        match self.found.as_deref().and_then(|path| path.to_str()) {
            Some(path) => {
                publish(conn, self.asset, path).await?;
            }
            None => {
                sql_query("delete from asset_file where asset_id = $1 and type = 'sidecar'")
                    .bind::<SqlUuid, _>(self.asset)
                    .execute(conn)
                    .await?;
            }
        }
        follow
            .enqueue::<kind::ExtractMetadata>(conn, NewJob::for_subject(self.asset))
            .await
    }
}

/// Points the asset's row at its sidecar. False: the asset is gone.
pub(super) async fn publish(conn: &mut AsyncPgConnection, asset: Uuid, path: &str) -> Result<bool, DbError> {
    let rows = sql_query(
        "insert into asset_file (asset_id, type, path) \
         select id, 'sidecar', $2 from asset where id = $1 for no key update \
         on conflict (asset_id, type, is_edited) do update set path = excluded.path, updated_at = now()",
    )
    .bind::<SqlUuid, _>(asset)
    .bind::<Text, _>(path)
    .execute(conn)
    .await?;
    Ok(rows == 1)
}
