//! Runs over the library: what is missing, or everything.
//!
//! Each run is one `INSERT ... SELECT` that merges with what waits already, in class bulk and without a source: it causes no
//! follow-ups, and it never swallows what an upload asked for.

use diesel::sql_query;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    db::{DbError, again},
    ids::QueueName,
    jobs::{BulkOptions, JobKind, NoPayload, Wakes, enqueue_set, kind},
    settings::SystemConfig,
};

use crate::http::error::ApiError;

/// Pictures: everything that is shown.
const THUMBNAILS_ALL: &str = "select a.id from asset a where a.deleted_at is null and a.visibility <> 'hidden'";
/// Pictures: where one is missing.
const THUMBNAILS_MISSING: &str = "
select a.id from asset a join asset_job_status s on s.asset_id = a.id
where a.deleted_at is null and a.visibility <> 'hidden' and (a.thumbhash is null
  or not exists (select from asset_file f where f.asset_id = a.id and f.type = 'thumbnail' and not f.is_edited)
  or not exists (select from asset_file f where f.asset_id = a.id and f.type = 'preview' and not f.is_edited)
  or (a.is_edited
      and not exists (select from asset_file f where f.asset_id = a.id and f.type = 'fullsize' and f.is_edited)))";
/// Pictures: also where the one of full size is missing, which formats that browsers show do not need and videos never have.
const THUMBNAILS_MISSING_FULLSIZE: &str = "
select a.id from asset a join asset_job_status s on s.asset_id = a.id
where a.deleted_at is null and a.visibility <> 'hidden' and (a.thumbhash is null
  or not exists (select from asset_file f where f.asset_id = a.id and f.type = 'thumbnail' and not f.is_edited)
  or not exists (select from asset_file f where f.asset_id = a.id and f.type = 'preview' and not f.is_edited)
  or (a.is_edited
      and not exists (select from asset_file f where f.asset_id = a.id and f.type = 'fullsize' and f.is_edited))
  or (a.type = 'IMAGE' and lower(substring(a.original_file_name from '[^.]*$'))
        not in ('avif', 'bmp', 'gif', 'jpeg', 'jpg', 'png', 'webp')
      and not exists (select from asset_file f where f.asset_id = a.id and f.type = 'fullsize' and not f.is_edited)))";
/// Metadata: everything.
const METADATA_ALL: &str = "select a.id from asset a where a.deleted_at is null";
/// Metadata: what was never read.
const METADATA_MISSING: &str = "
select a.id from asset a left join asset_job_status s on s.asset_id = a.id
where a.deleted_at is null and s.metadata_extracted_at is null";
/// Video: every one, also the moving parts of live photos.
const VIDEO_ALL: &str = "select a.id from asset a where a.type = 'VIDEO' and a.deleted_at is null";
/// Video: what has no playable copy, also where it needs none.
const VIDEO_MISSING: &str = "
select a.id from asset a where a.type = 'VIDEO' and a.deleted_at is null and a.visibility <> 'hidden'
  and not exists (select from asset_file f where f.asset_id = a.id and f.type = 'encoded_video')";
/// Sidecars: every asset.
const SIDECAR_ALL: &str = "select a.id from asset a where a.deleted_at is null";
/// Sidecars: assets without one.
const SIDECAR_MISSING: &str = "
select a.id from asset a where a.deleted_at is null
  and not exists (select from asset_file f where f.asset_id = a.id and f.type = 'sidecar')";

/// How long the one statement of a run may take: a million assets take half a minute.
const PATIENCE: &str = "set local statement_timeout = '10min'";

/// A run as the command asked for it.
#[derive(Clone, Copy)]
enum Run {
    Thumbnails(&'static str),
    Metadata(&'static str),
    Video(&'static str),
    Sidecar(&'static str),
    /// Machine learning is off, so each job would be skipped: no row is written.
    Skipped,
    /// This release has none of these things.
    NotYet(&'static str),
}

/// Starts a run and gives the wake-ups to send.
///
/// # Errors
/// 400 for a queue that cannot be started; 501 for one whose work this release does not do; the database.
pub(super) async fn start(
    conn: &mut AsyncPgConnection,
    config: &SystemConfig,
    queue: QueueName,
    force: bool,
) -> Result<Wakes, ApiError> {
    let run = plan(queue, force, config.image.fullsize.enabled)
        .ok_or_else(|| ApiError::bad(format!("Invalid job name: {queue}")))?;
    if let Run::NotYet(things) = run {
        return Err(ApiError::not_yet(things));
    }
    let queued = again(async || {
        conn.transaction(async |conn| write(conn, queue, run, force).await)
            .await
    });
    Ok(queued.await?)
}

async fn write(conn: &mut AsyncPgConnection, queue: QueueName, run: Run, force: bool) -> Result<Wakes, DbError> {
    sql_query(PATIENCE).execute(conn).await?;
    let mut wakes = Wakes::default();
    let jobs = match run {
        Run::Thumbnails(set) => enqueue::<kind::GenerateThumbnails>(conn, &mut wakes, force, set).await?,
        Run::Metadata(set) => enqueue::<kind::ExtractMetadata>(conn, &mut wakes, force, set).await?,
        Run::Video(set) => enqueue::<kind::EncodeVideo>(conn, &mut wakes, force, set).await?,
        Run::Sidecar(set) => enqueue::<kind::SidecarCheck>(conn, &mut wakes, force, set).await?,
        Run::Skipped | Run::NotYet(_) => 0,
    };
    tracing::info!(queue = %queue, force, jobs, "a run over the library was queued");
    Ok(wakes)
}

async fn enqueue<K: JobKind<Payload = NoPayload>>(
    conn: &mut AsyncPgConnection,
    wakes: &mut Wakes,
    force: bool,
    subjects: &'static str,
) -> Result<usize, DbError> {
    let options = BulkOptions {
        force,
        ..BulkOptions::default()
    };
    let jobs = enqueue_set::<K>(conn, wakes, options, subjects).await?;
    // What was given up and is tried again is no failure any more.
    sql_query(
        "delete from job p where p.state = 'parked' and p.queue = $1 and p.kind = $2 and exists (select from job w \
         where w.kind = p.kind and w.dedup_key = p.dedup_key and w.state in ('waiting', 'delayed'))",
    )
    .bind::<diesel::sql_types::Text, _>(K::QUEUE.as_str())
    .bind::<diesel::sql_types::Text, _>(K::NAME)
    .execute(conn)
    .await?;
    Ok(jobs)
}

/// What a queue's start means; `None` where the contract refuses it.
fn plan(queue: QueueName, force: bool, fullsize: bool) -> Option<Run> {
    let pick = |all, missing| if force { all } else { missing };
    match queue {
        QueueName::ThumbnailGeneration => {
            let missing = if fullsize {
                THUMBNAILS_MISSING_FULLSIZE
            } else {
                THUMBNAILS_MISSING
            };
            Some(Run::Thumbnails(pick(THUMBNAILS_ALL, missing)))
        }
        QueueName::MetadataExtraction => Some(Run::Metadata(pick(METADATA_ALL, METADATA_MISSING))),
        QueueName::VideoConversion => Some(Run::Video(pick(VIDEO_ALL, VIDEO_MISSING))),
        QueueName::Sidecar => Some(Run::Sidecar(pick(SIDECAR_ALL, SIDECAR_MISSING))),
        QueueName::SmartSearch
        | QueueName::FaceDetection
        | QueueName::FacialRecognition
        | QueueName::DuplicateDetection
        | QueueName::Ocr => Some(Run::Skipped),
        QueueName::Library => Some(Run::NotYet("External libraries")),
        QueueName::Migration => Some(Run::NotYet("Migrations of files")),
        QueueName::StorageTemplateMigration => Some(Run::NotYet("Storage templates")),
        QueueName::BackupDatabase => Some(Run::NotYet("Database backups")),
        QueueName::BackgroundTask
        | QueueName::Search
        | QueueName::Notifications
        | QueueName::Workflow
        | QueueName::IntegrityCheck
        | QueueName::Editor => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirteen_queues_can_be_started() {
        let startable = QueueName::ALL
            .iter()
            .filter(|queue| plan(**queue, false, false).is_some());
        assert_eq!(startable.count(), 13);
    }

    #[test]
    fn machine_learning_is_skipped() {
        for queue in [
            QueueName::SmartSearch,
            QueueName::FaceDetection,
            QueueName::Ocr,
            QueueName::DuplicateDetection,
        ] {
            assert!(matches!(plan(queue, true, true), Some(Run::Skipped)), "{queue}");
        }
    }

    #[test]
    fn a_fullsize_picture_is_missed_only_where_it_is_wanted() {
        let missing = |fullsize| match plan(QueueName::ThumbnailGeneration, false, fullsize) {
            Some(Run::Thumbnails(set)) => set,
            _ => "",
        };
        assert_eq!(missing(false), THUMBNAILS_MISSING);
        assert_eq!(missing(true), THUMBNAILS_MISSING_FULLSIZE);
    }
}
