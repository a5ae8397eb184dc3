//! The streams of a video: asked of a child, kept as rows.

use std::fs::File;
use std::sync::Arc;

use diesel::sql_types::{BigInt, Bool, Double, Integer, Nullable, SmallInt, Text, Uuid as SqlUuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use safelight_core::events::Event;
use safelight_core::jobs::{FollowUps, JobError};
use safelight_video::{AudioTraits, MediaTraits, VideoHelper, VideoTraits};
use uuid::Uuid;

use crate::extract::streams::Streams;
use crate::handler::asset::AssetFacts;

/// A helper that crashes or hangs on a file is asked so often; then the asset gets the rest of its metadata without.
const TRIES: i32 = 2;

/// Asks for the streams of a video that is not empty.
pub(super) async fn read(
    videos: &VideoHelper,
    file: &Arc<File>,
    asset: &AssetFacts,
    attempt: i32,
) -> Result<Streams, JobError> {
    let error = match videos.probe(file).await {
        Ok(traits) => return Ok(Streams::Found(Box::new(traits))),
        Err(error) => error,
    };
    if error.can_heal() && attempt < TRIES {
        return Err(JobError::retry(error.to_string()));
    }
    tracing::warn!(asset.id = %asset.id, %error, "the streams of a video cannot be read");
    Ok(if error.can_heal() {
        Streams::Unknown
    } else {
        Streams::Unreadable
    })
}

/// Writes the rows, in the completing transaction.
pub(super) async fn write(
    conn: &mut AsyncPgConnection,
    follow: &mut FollowUps,
    asset: Uuid,
    streams: &Streams,
) -> Result<(), DbError> {
    let (video, audio) = match streams {
        Streams::Unknown => return Ok(()),
        Streams::Unreadable => (None, None),
        Streams::Found(traits) => (
            traits.video.as_ref().map(|video| (traits.as_ref(), video)),
            traits.audio.as_ref(),
        ),
    };
    match video {
        Some((traits, video)) => write_video(conn, asset, traits, video).await?,
        None => clear(conn, "delete from asset_video where asset_id = $1", asset).await?,
    }
    if video.is_some_and(|(traits, _)| traits.is_cut) {
        tell_of_cut(conn, follow, asset).await?;
    }
    match audio {
        Some(audio) => write_audio(conn, asset, audio).await,
        None => clear(conn, "delete from asset_audio where asset_id = $1", asset).await,
    }
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
}

/// Once for each film. The data are JSON written into a string, as in all notifications.
const TELL_OF_CUT: &str = "\
insert into notification (user_id, level, type, title, description, data)
select film.owner_id, 'warning', 'Custom', 'A film is cut off',
    film.original_file_name || ' ends before the film does: the file was not copied to its end, or its recording was interrupted. \
What is there of it can be played.',
    film.data
from (select owner_id, original_file_name, to_jsonb(format('{\"assetId\":\"%s\"}', id)) as data from asset where id = $1) film
where not exists (
    select from notification told
    where told.user_id = film.owner_id and told.data = film.data and told.title = 'A film is cut off')
returning id, user_id";

/// Tells the owner of a film that the file ends before the film does.
async fn tell_of_cut(conn: &mut AsyncPgConnection, follow: &mut FollowUps, asset: Uuid) -> Result<(), DbError> {
    let told: Vec<Told> = sql_query(TELL_OF_CUT).bind::<SqlUuid, _>(asset).load(conn).await?;
    for row in told {
        follow.event(Event::Notification {
            user: row.user_id,
            notification: row.id,
        });
    }
    Ok(())
}

async fn clear(conn: &mut AsyncPgConnection, statement: &str, asset: Uuid) -> Result<(), DbError> {
    sql_query(statement).bind::<SqlUuid, _>(asset).execute(conn).await?;
    Ok(())
}

const VIDEO: &str = "\
insert into asset_video (asset_id, container, duration_ms, bitrate, codec, profile, pixel_format, primaries, transfer, matrix,
    is_full_range, width, height, pixel_aspect_n, pixel_aspect_d, rotation, is_mirrored, is_interlaced, fps, video_bitrate)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
on conflict (asset_id) do update set
    container = excluded.container, duration_ms = excluded.duration_ms, bitrate = excluded.bitrate, codec = excluded.codec,
    profile = excluded.profile, pixel_format = excluded.pixel_format, primaries = excluded.primaries,
    transfer = excluded.transfer, matrix = excluded.matrix, is_full_range = excluded.is_full_range,
    width = excluded.width, height = excluded.height, pixel_aspect_n = excluded.pixel_aspect_n,
    pixel_aspect_d = excluded.pixel_aspect_d, rotation = excluded.rotation, is_mirrored = excluded.is_mirrored,
    is_interlaced = excluded.is_interlaced, fps = excluded.fps, video_bitrate = excluded.video_bitrate,
    updated_at = now()";

async fn write_video(
    conn: &mut AsyncPgConnection,
    asset: Uuid,
    traits: &MediaTraits,
    video: &VideoTraits,
) -> Result<(), DbError> {
    sql_query(VIDEO)
        .bind::<SqlUuid, _>(asset)
        .bind::<Text, _>(&traits.container)
        .bind::<Nullable<BigInt>, _>(traits.duration_ms.map(long))
        .bind::<Nullable<BigInt>, _>(traits.bitrate.map(long))
        .bind::<Text, _>(&video.codec)
        .bind::<Nullable<Text>, _>(&video.profile)
        .bind::<Nullable<Text>, _>(&video.pixel_format)
        .bind::<Nullable<Text>, _>(&video.primaries)
        .bind::<Nullable<Text>, _>(&video.transfer)
        .bind::<Nullable<Text>, _>(&video.matrix)
        .bind::<Bool, _>(video.is_full_range)
        .bind::<Integer, _>(whole(video.width))
        .bind::<Integer, _>(whole(video.height))
        .bind::<Integer, _>(whole(video.pixel_aspect.0))
        .bind::<Integer, _>(whole(video.pixel_aspect.1))
        .bind::<SmallInt, _>(i16::try_from(video.rotation).unwrap_or_default())
        .bind::<Bool, _>(video.is_mirrored)
        .bind::<Bool, _>(video.is_interlaced)
        .bind::<Nullable<Double>, _>(video.fps)
        .bind::<Nullable<BigInt>, _>(video.bitrate.map(long))
        .execute(conn)
        .await?;
    Ok(())
}

const AUDIO: &str = "\
insert into asset_audio (asset_id, codec, profile, channels, sample_rate, bitrate) values ($1, $2, $3, $4, $5, $6)
on conflict (asset_id) do update set codec = excluded.codec, profile = excluded.profile, channels = excluded.channels,
    sample_rate = excluded.sample_rate, bitrate = excluded.bitrate, updated_at = now()";

async fn write_audio(conn: &mut AsyncPgConnection, asset: Uuid, audio: &AudioTraits) -> Result<(), DbError> {
    sql_query(AUDIO)
        .bind::<SqlUuid, _>(asset)
        .bind::<Text, _>(&audio.codec)
        .bind::<Nullable<Text>, _>(&audio.profile)
        .bind::<Nullable<Integer>, _>(audio.channels.map(whole))
        .bind::<Nullable<Integer>, _>(audio.sample_rate.map(whole))
        .bind::<Nullable<BigInt>, _>(audio.bitrate.map(long))
        .execute(conn)
        .await?;
    Ok(())
}

fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn long(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
