use std::path::Path;
use std::time::SystemTime;

use diesel::{QueryableByName, prelude::*, sql_query, sql_types::Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    crash::CrashPoint,
    db::{
        again,
        schema::{asset_exif, asset_file, asset_job_status},
        usage,
    },
    events::Event,
    formats::MediaKind,
    ids::{AssetType, FileType},
    jobs::{NewJob, Source, Wakes, enqueue, kind::ExtractMetadata},
    media::intents,
};
use uuid::Uuid;

use super::{super::metadata, fields::UploadFields, form::Form, known, live_photo, names, receive};
use crate::prelude::*;
use crate::{
    door,
    incoming::{claims::Claims, clean_name},
};

/// How an upload ended.
pub(super) enum Outcome {
    /// 201.
    Created(Uuid),
    /// 200: this content is here already.
    Duplicate(Uuid),
}

/// Publishes an upload on a task of its own, so that a client that goes away does not stop it half-way.
pub(super) async fn run(state: AppState, auth: Auth, form: Form, claims: Claims) -> Result<Outcome, ApiError> {
    let task = door::spawn(async move {
        let outcome = publish(&state, &auth, form, claims.paths()).await;
        match outcome {
            Ok(Outcome::Created(_)) => claims.published(),
            _ => claims.release().await,
        }
        outcome
    });
    task.await.map_err(ApiError::internal)?
}

/// The row that is written.
struct NewAsset {
    owner_id: Uuid,
    kind: &'static str,
    original_path: String,
    original_file_name: String,
    checksum: Vec<u8>,
    file_created_at: chrono::DateTime<chrono::Utc>,
    file_modified_at: chrono::DateTime<chrono::Utc>,
    local_date_time: chrono::NaiveDateTime,
    is_favorite: bool,
    visibility: &'static str,
    duration: Option<i32>,
    live_photo_video_id: Option<Uuid>,
}

/// What else belongs to the new asset.
struct Attached {
    size: i64,
    /// Where it is, and its bytes.
    sidecar: Option<(String, i64)>,
    fields: UploadFields,
    claimed: Vec<std::path::PathBuf>,
}

async fn publish(
    state: &AppState,
    auth: &Auth,
    form: Form,
    claimed: &[std::path::PathBuf],
) -> Result<Outcome, ApiError> {
    let Form {
        fields,
        mut asset,
        kind,
        sidecar,
    } = form;
    let mut conn = state.conn().await?;
    // Most duplicates end here, before their bytes are forced to disk; the transaction asks again.
    if let Some(id) = known(&mut conn, auth.id(), &asset.checksum).await? {
        return Ok(Outcome::Duplicate(id));
    }
    drop(conn);
    let size = i64::try_from(asset.size).map_err(ApiError::internal)?;
    let new = new_asset(auth.id(), &fields, kind, &asset);
    asset
        .part
        .set_times(SystemTime::now(), fields.file_modified_at.into())
        .await?;
    asset.part.commit().await?;
    let mut published = None;
    if let Some(sidecar) = sidecar {
        let size = i64::try_from(sidecar.size).map_err(ApiError::internal)?;
        published = Some((text(sidecar.part.path()), size));
        sidecar.part.commit().await?;
    }
    CrashPoint::UploadPublished.reached();
    let attached = Attached {
        size,
        sidecar: published,
        fields,
        claimed: claimed.to_vec(),
    };
    let mut conn = state.conn().await?;
    let written = again(async || {
        conn.transaction::<_, ApiError, _>(async |conn| {
            let written = write(conn, &new, &attached).await?;
            CrashPoint::UploadWritten.reached();
            Ok(written)
        })
        .await
    })
    .await;
    match written {
        Ok(Some((id, wakes, events))) => {
            CrashPoint::UploadCommitted.reached();
            drop(conn);
            state.wake(wakes).await;
            state.publish(&events).await;
            Ok(Outcome::Created(id))
        }
        Ok(None) => match known(&mut conn, auth.id(), &new.checksum).await? {
            Some(id) => Ok(Outcome::Duplicate(id)),
            // The other one was removed in the same moment.
            None => Err(ApiError::internal("an upload met a duplicate that is gone")),
        },
        Err(error) => Err(error),
    }
}

fn new_asset(owner: Uuid, fields: &UploadFields, kind: MediaKind, asset: &receive::Received) -> NewAsset {
    let kind = match kind {
        MediaKind::Video => AssetType::Video,
        MediaKind::Image | MediaKind::Sidecar => AssetType::Image,
    };
    let created = fields.file_created_at;
    // A name that came after the file is taken if it does not turn it into another kind of file.
    let given = fields.filename.as_deref().map(clean_name);
    let given = given.filter(|name| names::asset_kind(name).is_some());
    NewAsset {
        owner_id: owner,
        kind: kind.as_str(),
        original_path: text(asset.part.path()),
        original_file_name: given.unwrap_or_else(|| asset.name.clone()),
        checksum: asset.checksum.clone(),
        file_created_at: created,
        file_modified_at: fields.file_modified_at,
        local_date_time: created.naive_utc(),
        is_favorite: fields.is_favorite,
        visibility: fields.visibility.as_str(),
        duration: fields.duration.and_then(|ms| i32::try_from(ms).ok()),
        live_photo_video_id: fields.live_photo_video_id,
    }
}

/// All rows of an upload; nothing where the content is here already.
async fn write(
    conn: &mut AsyncPgConnection,
    new: &NewAsset,
    attached: &Attached,
) -> Result<Option<(Uuid, Wakes, Vec<Event>)>, ApiError> {
    let owner = new.owner_id;
    let video = new.live_photo_video_id;
    if let Some(video) = video {
        live_photo::check(conn, owner, video).await?;
    }
    let Some(id) = insert(conn, new).await? else {
        return Ok(None);
    };
    let mut events = Vec::new();
    if let Some(video) = video
        && live_photo::hide(conn, video).await?
    {
        events.push(Event::AssetHidden {
            user: owner,
            asset: video,
        });
    }
    diesel::insert_into(asset_exif::table)
        .values((
            asset_exif::asset_id.eq(id),
            asset_exif::file_size_in_byte.eq(attached.size),
        ))
        .execute(conn)
        .await?;
    diesel::insert_into(asset_job_status::table)
        .values(asset_job_status::asset_id.eq(id))
        .execute(conn)
        .await?;
    let mut stored = attached.size;
    if let Some((path, size)) = &attached.sidecar {
        stored = stored.saturating_add(*size);
        diesel::insert_into(asset_file::table)
            .values((
                asset_file::asset_id.eq(id),
                asset_file::type_.eq(FileType::Sidecar.as_str()),
                asset_file::path.eq(path),
                asset_file::size_in_byte.eq(size),
            ))
            .execute(conn)
            .await?;
    }
    metadata::write(conn, id, &attached.fields.metadata).await?;
    let mut wakes = Wakes::default();
    let job = NewJob::<ExtractMetadata>::for_subject(id).source(Source::Upload);
    enqueue(conn, &mut wakes, job).await?;
    count_usage(conn, owner, stored).await?;
    let claimed: Vec<&Path> = attached.claimed.iter().map(AsRef::as_ref).collect();
    if !intents::clear_all(conn, &claimed).await? {
        return Err(ApiError::internal("the sweep has taken the files of an upload"));
    }
    Ok(Some((id, wakes, events)))
}

#[derive(QueryableByName)]
struct Inserted {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The unique index decides between two uploads of the same content, also by two gateways at the same moment: the later
/// one waits here for the earlier to commit.
async fn insert(conn: &mut AsyncPgConnection, new: &NewAsset) -> Result<Option<Uuid>, ApiError> {
    use diesel::sql_types::{Binary, Bool, Integer, Nullable, Text, Timestamp, Timestamptz};
    let inserted: Option<Inserted> = sql_query(
        "insert into asset (owner_id, type, original_path, original_file_name, checksum, file_created_at,
             file_modified_at, local_date_time, is_favorite, visibility, duration, live_photo_video_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (owner_id, checksum) where library_id is null do nothing
         returning id",
    )
    .bind::<SqlUuid, _>(new.owner_id)
    .bind::<Text, _>(new.kind)
    .bind::<Text, _>(&new.original_path)
    .bind::<Text, _>(&new.original_file_name)
    .bind::<Binary, _>(&new.checksum)
    .bind::<Timestamptz, _>(new.file_created_at)
    .bind::<Timestamptz, _>(new.file_modified_at)
    .bind::<Timestamp, _>(new.local_date_time)
    .bind::<Bool, _>(new.is_favorite)
    .bind::<Text, _>(new.visibility)
    .bind::<Nullable<Integer>, _>(new.duration)
    .bind::<Nullable<SqlUuid>, _>(new.live_photo_video_id)
    .get_result(conn)
    .await
    .optional()?;
    Ok(inserted.map(|row| row.id))
}

/// Counts the bytes, unless that would be more than the owner may have. Last of all, since uploads of one person wait for
/// each other from here to the commit.
async fn count_usage(conn: &mut AsyncPgConnection, owner: Uuid, size: i64) -> Result<(), ApiError> {
    if usage::take(conn, owner, size).await? {
        return Ok(());
    }
    Err(ApiError::quota_exceeded())
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
