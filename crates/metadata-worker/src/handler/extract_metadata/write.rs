//! The rows of one reading.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Double, Integer, Nullable, Text, Timestamp, Timestamptz, Uuid as SqlUuid};
use diesel::{OptionalExtension as _, QueryDsl as _};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use safelight_core::db::schema::asset_exif;

use crate::extract::Extracted;
use crate::extract::zone::Zone;
use crate::handler::asset::AssetFacts;

/// What is locked, and the date with its zone.
type Locked = (Vec<String>, Option<DateTime<Utc>>, Option<String>);

/// Writes what was read, in the completing transaction. Columns in `locked_properties` keep what a person has set; where
/// that is the date, the asset's own dates follow it. The caller has locked the asset. False: it is gone.
pub(super) async fn write(
    conn: &mut AsyncPgConnection,
    asset: &AssetFacts,
    found: &Extracted,
) -> Result<bool, DbError> {
    let locked = asset_exif::table
        .find(asset.id)
        .select((
            asset_exif::locked_properties,
            asset_exif::date_time_original,
            asset_exif::time_zone,
        ))
        .for_update()
        .first::<Locked>(conn)
        .await
        .optional()?;
    let by_hand = locked.and_then(|(columns, date, zone)| {
        let date = date.filter(|_| columns.iter().any(|column| column == "date_time_original"))?;
        Some((
            date,
            zone.as_deref().and_then(Zone::parse).unwrap_or(Zone::UTC).wall(date),
        ))
    });
    let (at, local) = by_hand.unwrap_or((found.taken.at, found.taken.local));
    if !write_asset(conn, asset, found, at, local).await? {
        return Ok(false);
    }
    write_exif(conn, asset, found).await?;
    sql_query(
        "insert into asset_job_status (asset_id, metadata_extracted_at) values ($1, now()) \
         on conflict (asset_id) do update set metadata_extracted_at = excluded.metadata_extracted_at",
    )
    .bind::<SqlUuid, _>(asset.id)
    .execute(conn)
    .await?;
    Ok(true)
}

/// An edited asset shows the size of what was made of it. How long it takes may be what the client said where the file does
/// not tell, but a picture that does not move takes no time.
async fn write_asset(
    conn: &mut AsyncPgConnection,
    asset: &AssetFacts,
    found: &Extracted,
    at: DateTime<Utc>,
    local: NaiveDateTime,
) -> Result<bool, DbError> {
    let shown = found.picture.shown();
    let rows = sql_query(
        "update asset set file_created_at = $2, local_date_time = $3, file_modified_at = $4, \
         width = case when is_edited then width else coalesce($5, width) end, \
         height = case when is_edited then height else coalesce($6, height) end, \
         duration = case when type = 'IMAGE' then $7 else coalesce($7, duration) end, updated_at = now() where id = $1 and status <> 'deleted'",
    )
    .bind::<SqlUuid, _>(asset.id)
    .bind::<Timestamptz, _>(at)
    .bind::<Timestamp, _>(local)
    .bind::<Timestamptz, _>(found.modify_date)
    .bind::<Nullable<Integer>, _>(shown.map(|(width, _)| width))
    .bind::<Nullable<Integer>, _>(shown.map(|(_, height)| height))
    .bind::<Nullable<Integer>, _>(found.picture.duration)
    .execute(conn)
    .await?;
    Ok(rows == 1)
}

/// All columns, the locked ones as they were.
const EXIF: &str = "\
insert into asset_exif (asset_id, make, model, exif_image_width, exif_image_height, file_size_in_byte, orientation,
    date_time_original, modify_date, time_zone, lens_model, f_number, focal_length, iso, exposure_time, latitude, longitude,
    description, projection_type, rating, fps, live_photo_cid, auto_stack_id, profile_description, colorspace,
    bits_per_sample)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
    $25, $26)
on conflict (asset_id) do update set
    make = excluded.make, model = excluded.model, exif_image_width = excluded.exif_image_width,
    exif_image_height = excluded.exif_image_height, file_size_in_byte = excluded.file_size_in_byte,
    orientation = excluded.orientation, modify_date = excluded.modify_date, lens_model = excluded.lens_model,
    f_number = excluded.f_number, focal_length = excluded.focal_length, iso = excluded.iso,
    exposure_time = excluded.exposure_time, projection_type = excluded.projection_type, fps = excluded.fps,
    live_photo_cid = excluded.live_photo_cid, auto_stack_id = excluded.auto_stack_id,
    profile_description = excluded.profile_description, colorspace = excluded.colorspace,
    bits_per_sample = excluded.bits_per_sample,
    date_time_original = case when 'date_time_original' = any(asset_exif.locked_properties)
        then asset_exif.date_time_original else excluded.date_time_original end,
    time_zone = case when asset_exif.locked_properties && array['date_time_original', 'time_zone']
        then asset_exif.time_zone else excluded.time_zone end,
    latitude = case when 'latitude' = any(asset_exif.locked_properties)
        then asset_exif.latitude else excluded.latitude end,
    longitude = case when 'longitude' = any(asset_exif.locked_properties)
        then asset_exif.longitude else excluded.longitude end,
    description = case when 'description' = any(asset_exif.locked_properties)
        then asset_exif.description else excluded.description end,
    rating = case when 'rating' = any(asset_exif.locked_properties)
        then asset_exif.rating else excluded.rating end,
    updated_at = now()";

async fn write_exif(conn: &mut AsyncPgConnection, asset: &AssetFacts, found: &Extracted) -> Result<(), DbError> {
    let Extracted {
        taken,
        camera,
        picture,
        position,
        ..
    } = found;
    let orientation = picture.orientation.map(|orientation| orientation.to_string());
    sql_query(EXIF)
        .bind::<SqlUuid, _>(asset.id)
        .bind::<Nullable<Text>, _>(&camera.make)
        .bind::<Nullable<Text>, _>(&camera.model)
        .bind::<Nullable<Integer>, _>(picture.stored.map(|(width, _)| width))
        .bind::<Nullable<Integer>, _>(picture.stored.map(|(_, height)| height))
        .bind::<Nullable<BigInt>, _>(found.file_size)
        .bind::<Nullable<Text>, _>(orientation)
        .bind::<Timestamptz, _>(taken.at)
        .bind::<Timestamptz, _>(found.modify_date)
        .bind::<Nullable<Text>, _>(&taken.time_zone)
        .bind::<Nullable<Text>, _>(&camera.lens_model)
        .bind::<Nullable<Double>, _>(camera.f_number)
        .bind::<Nullable<Double>, _>(camera.focal_length)
        .bind::<Nullable<Integer>, _>(camera.iso)
        .bind::<Nullable<Text>, _>(&camera.exposure_time)
        .bind::<Nullable<Double>, _>(position.map(|position| position.latitude))
        .bind::<Nullable<Double>, _>(position.map(|position| position.longitude))
        .bind::<Text, _>(&found.description)
        .bind::<Nullable<Text>, _>(&found.projection_type)
        .bind::<Nullable<Integer>, _>(found.rating)
        .bind::<Nullable<Double>, _>(picture.fps)
        .bind::<Nullable<Text>, _>(&found.live_photo_cid)
        .bind::<Nullable<Text>, _>(&found.auto_stack_id)
        .bind::<Nullable<Text>, _>(&picture.profile_description)
        .bind::<Nullable<Text>, _>(&picture.colorspace)
        .bind::<Nullable<Integer>, _>(picture.bits_per_sample)
        .execute(conn)
        .await?;
    Ok(())
}
