//! `SidecarCheck`: finds the sidecar beside an asset's file, then has the metadata read.

use std::path::{Path, PathBuf};

use diesel_async::AsyncPgConnection;
use safelight_core::db::sidecar::{self, Sidecar};
use safelight_core::db::{DbError, usage};
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
                Ok(opened) => {
                    let size = self.size_in_store(&candidate, opened.length());
                    found = Some((candidate, size));
                    break;
                }
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(JobError::reading(&error)),
            }
        }
        Ok(Completion::new(Outcome {
            asset: id,
            owner: asset.owner_id,
            found,
        }))
    }
}

impl SidecarCheckHandler {
    /// A sidecar beside somebody else's picture is somebody else's, too, and takes nothing of our store.
    fn size_in_store(&self, path: &Path, length: u64) -> i64 {
        if !path.starts_with(self.0.store.paths().root()) {
            return 0;
        }
        i64::try_from(length).unwrap_or(i64::MAX)
    }
}

struct Outcome {
    asset: Uuid,
    owner: Uuid,
    /// Where it is, and how many bytes of the store it takes.
    found: Option<(PathBuf, i64)>,
}

impl Complete for Outcome {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let found = self.found.as_ref();
        let found = found.and_then(|(path, size)| Some((path.to_str()?, *size)));
        let sidecar = found.map(|(path, size)| Sidecar { path, size });
        let replaced = sidecar::point(conn, self.asset, sidecar).await?;
        follow
            .enqueue::<kind::ExtractMetadata>(conn, NewJob::for_subject(self.asset))
            .await?;
        let Some(replaced) = replaced else { return Ok(()) };
        let size = sidecar.map_or(0, |sidecar| sidecar.size);
        usage::change(conn, self.owner, size.saturating_sub(replaced.size)).await
    }
}
