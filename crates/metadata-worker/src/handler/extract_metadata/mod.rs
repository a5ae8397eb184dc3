//! `AssetExtractMetadata`: what the file and its sidecar tell, into rows.

mod pair;
mod streams;
mod tags;
mod write;

use std::path::Path;

use diesel_async::AsyncPgConnection;
use safelight_core::db::decoded::{self, Known, Version};
use safelight_core::db::{DbError, RowLock, lock_assets};
use safelight_core::events::Event;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, NewJob, Source, kind};

use super::asset::{self, AssetFacts};
use crate::context::Context;
use crate::extract::picture::Medium;
use crate::extract::streams::{Streams, projection, seen};
use crate::extract::{Extracted, File, bounds, extract};
use crate::sidecar::{self, SidecarError};
use crate::tags::Tags;

/// Reads the metadata of assets.
pub(crate) struct ExtractMetadataHandler(pub(crate) Context);

impl ExtractMetadataHandler {
    async fn read(&self, asset: &AssetFacts, attempt: i32) -> Result<Read, JobError> {
        let Context { store, videos, .. } = &self.0;
        let opened = store
            .open(asset.original())
            .await
            .map_err(|error| JobError::reading(&error))?;
        // What a client said about its file is worth more than what our file system says about our copy.
        let modified = if asset.is_external {
            bounds::moment(opened.modified())
        } else {
            asset.file_modified_at
        };
        let file = File {
            medium: asset.medium(),
            size: opened.length(),
            created: asset.file_created_at,
            modified,
        };
        // The size is all there is to know of nothing.
        let (tags, streams) = if file.size == 0 {
            (Tags::default(), Streams::Unreadable)
        } else {
            let streams = async {
                match file.medium {
                    Medium::Video => streams::read(videos, &opened.file(), asset, attempt).await,
                    _ => Ok(Streams::Unknown),
                }
            };
            let tags = self.read_tags(asset, attempt);
            tokio::try_join!(tags, streams)?
        };
        let sidecar = match asset.sidecar() {
            Some(path) => self.read_sidecar(asset, path, attempt).await?,
            None => None,
        };
        // The first look at the borders of time zones takes long enough to be felt by everything else on this thread.
        let work = tokio::task::spawn_blocking(move || {
            let mut found = extract(&file, &tags, sidecar.as_ref());
            found.picture = seen(found.picture, &streams);
            found.projection_type = projection(&streams).or(found.projection_type);
            Read {
                found,
                streams,
                version: opened.version(),
            }
        });
        work.await
            .map_err(|crash| JobError::retry(format!("reading the tags failed: {crash}")))
    }

    /// From a file of its own: whoever else has this one open moves its position.
    async fn read_tags(&self, asset: &AssetFacts, attempt: i32) -> Result<Tags, JobError> {
        let opened = self.0.store.open(asset.original()).await;
        let opened = opened.map_err(|error| JobError::reading(&error))?;
        tags::or_none(self.0.tool.read((&opened).into()).await, asset, attempt)
    }

    /// A sidecar that has gone is as if it had never been.
    async fn read_sidecar(&self, asset: &AssetFacts, path: &Path, attempt: i32) -> Result<Option<Tags>, JobError> {
        match self.0.store.open(path).await {
            Ok(opened) if opened.length() == 0 => Ok(None),
            Ok(opened) => match sidecar::read(&self.0.tool, &opened).await {
                Ok(tags) => Ok(Some(tags)),
                Err(SidecarError::Tool(error)) => tags::or_none(Err(error), asset, attempt).map(Some),
                Err(SidecarError::Media(error)) => Err(JobError::reading(&error)),
            },
            Err(error) if error.is_not_found() => {
                tracing::warn!(file.path = %path.display(), "a sidecar is not there any more");
                Ok(None)
            }
            Err(error) => Err(JobError::reading(&error)),
        }
    }
}

impl Handler<kind::ExtractMetadata> for ExtractMetadataHandler {
    async fn handle(&self, job: &Job<kind::ExtractMetadata>) -> Result<Completion, JobError> {
        let id = job.subject()?;
        let asset = asset::load(&mut *self.0.conn().await?, id).await?;
        let Some(asset) = asset else {
            return Ok(Completion::empty());
        };
        let read = tokio::select! {
            read = self.read(&asset, job.attempt) => read?,
            () = job.cancel.cancelled() => return Err(JobError::Cancelled),
        };
        Ok(Completion::new(Outcome {
            asset,
            read,
            source: job.source,
            notify: job.notify,
        }))
    }
}

/// What was read.
struct Read {
    found: Extracted,
    streams: Streams,
    /// The file in which it was read.
    version: Version,
}

/// What was read, and what set the job off.
struct Outcome {
    asset: AssetFacts,
    read: Read,
    source: Option<Source>,
    notify: bool,
}

impl Complete for Outcome {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let AssetFacts { id, owner_id, .. } = self.asset;
        let Read {
            found,
            streams,
            version,
        } = &self.read;
        let identifier = found.live_photo_cid.as_deref();
        let other = match identifier {
            Some(identifier) => {
                pair::wait_turn(conn, identifier).await?;
                pair::other_half(conn, &self.asset, identifier).await?
            }
            None => None,
        };
        let halves: Vec<_> = [Some(id), other].into_iter().flatten().collect();
        lock_assets(conn, &halves, RowLock::Change).await?;
        let known = decoded::look(conn, id, *version).await?;
        if !write::write(conn, &self.asset, found).await? {
            return Ok(());
        }
        if known == Known::Seen {
            // What a decoder saw goes before what was read now, in whatever order the two came.
            decoded::tell(conn, id).await?;
        }
        streams::write(conn, follow, id, streams).await?;
        if let Some(other) = other
            && let Some(video) = pair::join(conn, &self.asset, other).await?
        {
            follow.event(Event::AssetHidden {
                user: owner_id,
                asset: video,
            });
        }
        if self.source == Some(Source::SidecarWrite) {
            follow.event(Event::AssetUpdate {
                user: owner_id,
                asset: id,
            });
        }
        let is_new = matches!(self.source, Some(Source::Upload | Source::Copy));
        if is_new || are_of_another(known, found) {
            let job = NewJob::<kind::GenerateThumbnails>::for_subject(id);
            follow.enqueue(conn, job.notify(self.notify)).await?;
        }
        Ok(())
    }
}

/// Whether the pictures of the asset are those of another file; or seem to be, because they have another size, and nobody kept
/// what the decoder saw.
fn are_of_another(known: Known, found: &Extracted) -> bool {
    match known {
        Known::Seen => false,
        Known::Replaced => true,
        Known::Unseen { shown } => shown
            .zip(found.picture.shown())
            .is_some_and(|(shown, read)| shown != read),
    }
}
