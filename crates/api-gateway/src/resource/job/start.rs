//! Runs over the library: what is missing, or everything.
//!
//! A run goes over the library in slices, each an `INSERT ... SELECT` of its own that merges with what waits already, in class bulk and
//! without a source: it causes no follow-ups, it never swallows what an upload asked for, and no lock of it is held for long.
//! One that ends half-way, with its gateway, has queued a part, which the next one merges with.

use diesel::{
    OptionalExtension as _, QueryableByName, sql_query,
    sql_types::{BigInt, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    db::{DbError, again},
    ids::QueueName,
    jobs::{BulkOptions, JobKind, NoPayload, Wakes, enqueue_set_with, kind},
    settings::SystemConfig,
};
use uuid::Uuid;

use crate::http::error::ApiError;

/// What has pictures of its own: neither what is hidden nor the moving part of a locked photo. `$from` joins what is asked for further.
macro_rules! shown {
    ($from:literal, $more:literal) => {
        concat!(
            "select a.id from asset a ",
            $from,
            " where a.deleted_at is null and a.visibility <> 'hidden' and (a.visibility <> 'locked' or not exists (
                select from asset photo where photo.live_photo_video_id = a.id and photo.id <> a.id)) ",
            $more
        )
    };
}

/// Pictures: everything that is shown.
const THUMBNAILS_ALL: &str = shown!("", "");
/// Pictures: where one is missing.
const THUMBNAILS_MISSING: &str = shown!(
    "join asset_job_status s on s.asset_id = a.id",
    "and (a.thumbhash is null
  or not exists (select from asset_file f where f.asset_id = a.id and f.type = 'thumbnail' and not f.is_edited)
  or not exists (select from asset_file f where f.asset_id = a.id and f.type = 'preview' and not f.is_edited)
  or (a.is_edited
      and not exists (select from asset_file f where f.asset_id = a.id and f.type = 'fullsize' and f.is_edited)))"
);
/// Pictures: also where the one of full size is missing, which formats that browsers show do not need and videos never have.
const THUMBNAILS_MISSING_FULLSIZE: &str = shown!(
    "join asset_job_status s on s.asset_id = a.id",
    "and (a.thumbhash is null
  or not exists (select from asset_file f where f.asset_id = a.id and f.type = 'thumbnail' and not f.is_edited)
  or not exists (select from asset_file f where f.asset_id = a.id and f.type = 'preview' and not f.is_edited)
  or (a.is_edited
      and not exists (select from asset_file f where f.asset_id = a.id and f.type = 'fullsize' and f.is_edited))
  or (a.type = 'IMAGE' and lower(substring(a.original_file_name from '[^.]*$'))
        not in ('avif', 'bmp', 'gif', 'jpeg', 'jpg', 'png', 'webp')
      and not exists (select from asset_file f where f.asset_id = a.id and f.type = 'fullsize' and not f.is_edited)))"
);
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

/// Assets that one statement of a run looks at.
const SLICE: i64 = 10_000;

/// The last asset of the slice behind one.
const END: &str = "
select id from (select id from asset where id > $1 order by id limit $2) slice order by id desc limit 1";

/// What was given up and is tried again is no failure any more.
const FORGET: &str = "
delete from job p where p.state = 'parked' and p.queue = $1 and p.kind = $2 and exists (
    select from job w where w.kind = p.kind and w.dedup_key = p.dedup_key and w.state in ('waiting', 'delayed'))";

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
    match run {
        Run::Thumbnails(set) => over_the_library::<kind::GenerateThumbnails>(conn, force, set).await,
        Run::Metadata(set) => over_the_library::<kind::ExtractMetadata>(conn, force, set).await,
        Run::Video(set) => over_the_library::<kind::EncodeVideo>(conn, force, set).await,
        Run::Sidecar(set) => over_the_library::<kind::SidecarCheck>(conn, force, set).await,
        Run::Skipped | Run::NotYet(_) => Ok(Wakes::default()),
    }
}

/// Orders a job for each asset of `set`, one slice after the other.
async fn over_the_library<K: JobKind<Payload = NoPayload>>(
    conn: &mut AsyncPgConnection,
    force: bool,
    set: &str,
) -> Result<Wakes, ApiError> {
    let (mut after, mut jobs) = (Uuid::nil(), 0_usize);
    while let Some(last) = end_of_slice(conn, after).await? {
        let slice = format!("{set} and a.id > '{after}' and a.id <= '{last}'");
        jobs += again(async || order::<K>(conn, force, &slice).await).await?;
        after = last;
    }
    again(async || forget_failures::<K>(conn).await).await?;
    tracing::info!(queue = %K::QUEUE, force, jobs, "a run over the library was queued");
    let mut wakes = Wakes::default();
    wakes.add(K::QUEUE, u64::try_from(jobs).unwrap_or(u64::MAX));
    Ok(wakes)
}

async fn end_of_slice(conn: &mut AsyncPgConnection, after: Uuid) -> Result<Option<Uuid>, DbError> {
    let last: Option<IdRow> = sql_query(END)
        .bind::<SqlUuid, _>(after)
        .bind::<BigInt, _>(SLICE)
        .get_result(conn)
        .await
        .optional()?;
    Ok(last.map(|row| row.id))
}

async fn order<K: JobKind<Payload = NoPayload>>(
    conn: &mut AsyncPgConnection,
    force: bool,
    subjects: &str,
) -> Result<usize, DbError> {
    let options = BulkOptions {
        force,
        ..BulkOptions::default()
    };
    // Nobody is woken before all is queued.
    enqueue_set_with::<K>(conn, &mut Wakes::default(), options, &NoPayload {}, subjects).await
}

async fn forget_failures<K: JobKind>(conn: &mut AsyncPgConnection) -> Result<(), DbError> {
    sql_query(FORGET)
        .bind::<Text, _>(K::QUEUE.as_str())
        .bind::<Text, _>(K::NAME)
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
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
