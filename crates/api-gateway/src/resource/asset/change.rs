//! What people change by hand: the part that one asset and many have in common.

use chrono::{DateTime, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    db::{
        leave_albums, lock_assets_with_parts,
        schema::{asset, asset_exif},
    },
    ids::Visibility,
};
use uuid::Uuid;

use crate::http::{
    error::ApiError,
    validate::{Fields, Rule, Shape, boolean, integer, name, number, text, word},
};

/// Changes; what is absent stays.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    pub(super) is_favorite: Option<bool>,
    pub(super) visibility: Option<Visibility>,
    pub(super) date_time_original: Option<String>,
    pub(super) latitude: Option<f64>,
    pub(super) longitude: Option<f64>,
    /// `Some(None)` takes the rating away.
    pub(super) rating: Option<Option<i64>>,
    pub(super) description: Option<String>,
}

/// The columns of the tags that people may set.
#[derive(AsChangeset, Clone, Debug, Default)]
#[diesel(table_name = asset_exif)]
pub(super) struct ExifChange {
    pub(super) date_time_original: Option<DateTime<Utc>>,
    pub(super) time_zone: Option<String>,
    pub(super) latitude: Option<f64>,
    pub(super) longitude: Option<f64>,
    pub(super) rating: Option<Option<i32>>,
    pub(super) description: Option<String>,
}

impl Shape for Change {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let is_favorite = fields.read("isFavorite", boolean().optional());
        let visibility = fields.read("visibility", word(Visibility::ALL).optional());
        let date_time_original = fields.read("dateTimeOriginal", name().optional());
        let latitude = fields.read("latitude", number().min(-90).max(90).optional());
        let longitude = fields.read("longitude", number().min(-180).max(180).optional());
        let rating = fields.read("rating", integer().min(-1).max(5).nullish());
        if rating == Some(Some(Some(0))) {
            let message = "Rating must be -1 (rejected), 1–5 (starred), or null (unrated); 0 is not valid";
            fields.refuse_field("rating", message);
        }
        let description = fields.read("description", text().optional());
        if fields.sound() && fields.has("latitude") != fields.has("longitude") {
            fields.refuse("Latitude and longitude must be provided together");
        }
        Some(Self {
            is_favorite: is_favorite?,
            visibility: visibility?,
            date_time_original: date_time_original?,
            latitude: latitude?,
            longitude: longitude?,
            rating: rating?,
            description: description?,
        })
    }
}

impl Change {
    /// The part that goes into the tags. A date without a zone is taken in `zone`.
    ///
    /// # Errors
    /// A date that makes no sense.
    pub(super) fn exif(&self, zone: Option<Tz>) -> Result<ExifChange, ApiError> {
        let taken = match &self.date_time_original {
            Some(text) => Some(parse_taken(text, zone).ok_or_else(|| ApiError::bad("Invalid dateTimeOriginal"))?),
            None => None,
        };
        let (date_time_original, time_zone) = taken.unzip();
        Ok(ExifChange {
            date_time_original,
            time_zone: zone.map(|zone| zone.name().to_owned()).or(time_zone),
            latitude: self.latitude,
            longitude: self.longitude,
            rating: self
                .rating
                .map(|rating| rating.and_then(|stars| i32::try_from(stars).ok())),
            description: self.description.clone(),
        })
    }
}

impl ExifChange {
    /// The names of the columns it sets.
    pub(super) fn columns(&self) -> Vec<&'static str> {
        let set = [
            ("date_time_original", self.date_time_original.is_some()),
            ("time_zone", self.time_zone.is_some()),
            ("latitude", self.latitude.is_some()),
            ("longitude", self.longitude.is_some()),
            ("rating", self.rating.is_some()),
            ("description", self.description.is_some()),
        ];
        set.into_iter()
            .filter(|(_, is_set)| *is_set)
            .map(|(name, _)| name)
            .collect()
    }
}

/// A moment as people write it, and the name of its zone (`UTC+2`). Without an offset it is in `zone`, else in UTC.
fn parse_taken(text: &str, zone: Option<Tz>) -> Option<(DateTime<Utc>, String)> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some((moment.to_utc(), zone_name(moment.offset().fix().local_minus_utc())));
    }
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        // A sign before the year leads to years that Postgres has not got.
        return None;
    }
    let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    let clock = forms
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?;
    match zone {
        Some(zone) => {
            let moment = zone.from_local_datetime(&clock).earliest()?;
            Some((moment.to_utc(), zone.name().to_owned()))
        }
        None => Some((clock.and_utc(), "UTC".to_owned())),
    }
}

/// `UTC`, `UTC+2`, `UTC-3:30`
fn zone_name(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    match (hours, minutes) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// Writes the changes of the asset rows themselves, which the caller has locked.
pub(super) async fn apply(conn: &mut AsyncPgConnection, ids: &[Uuid], change: &Change) -> Result<(), ApiError> {
    if change.visibility == Some(Visibility::Locked) {
        let all = lock_assets_with_parts(conn, ids).await?;
        leave_albums(conn, &all).await?;
    }
    if change.is_favorite.is_some() || change.visibility.is_some() {
        diesel::update(asset::table.filter(asset::id.eq_any(ids)))
            .set((
                change.is_favorite.map(|flag| asset::is_favorite.eq(flag)),
                change.visibility.map(|place| asset::visibility.eq(place.as_str())),
                asset::updated_at.eq(diesel::dsl::now),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Writes tags and notes that a person has set them, so that reading the file again leaves them alone. The caller has locked
/// the rows of the assets.
pub(super) async fn apply_exif(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
    change: &ExifChange,
) -> Result<(), ApiError> {
    let columns = change.columns();
    if columns.is_empty() {
        return Ok(());
    }
    diesel::update(asset_exif::table.filter(asset_exif::asset_id.eq_any(ids)))
        .set((change, asset_exif::updated_at.eq(diesel::dsl::now)))
        .execute(conn)
        .await?;
    lock_columns(conn, ids, &columns).await
}

/// Adds to the list of what was set by hand.
pub(super) async fn lock_columns(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
    columns: &[&'static str],
) -> Result<(), ApiError> {
    sql_query(
        "update asset_exif set locked_properties = array(select distinct unnest(locked_properties || $2) order by 1)
         where asset_id = any($1)",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Text>, _>(columns)
    .execute(conn)
    .await?;
    sql_query("update asset set updated_at = now() where id = any($1)")
        .bind::<Array<SqlUuid>, _>(ids)
        .execute(conn)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_their_zones() {
        let taken = |text: &str| parse_taken(text, None).map(|(moment, zone)| (moment.to_rfc3339(), zone));
        let summer = Some(("2020-06-01T10:30:00+00:00".to_owned(), "UTC+2".to_owned()));
        assert_eq!(taken("2020-06-01T12:30:00.000+02:00"), summer);
        assert_eq!(taken("2020-06-01T10:30:00Z").unwrap().1, "UTC");
        assert_eq!(taken("2020-06-01T10:30:00-03:30").unwrap().1, "UTC-3:30");
        assert_eq!(taken("2020-06-01T10:30:00").unwrap().1, "UTC");
        for nonsense in [
            "no",
            "2020",
            "2020-02-30T00:00:00Z",
            "-5000-01-01T00:00:00",
            "+99999-01-01T00:00",
        ] {
            assert_eq!(taken(nonsense), None, "{nonsense}");
        }
        let (moment, zone) = parse_taken("2020-06-01T12:30:00", Some(chrono_tz::Europe::Berlin)).unwrap();
        assert_eq!(
            (moment.to_rfc3339().as_str(), zone.as_str()),
            ("2020-06-01T10:30:00+00:00", "Europe/Berlin")
        );
    }

    #[test]
    fn only_what_is_set_is_locked() {
        let change = Change {
            rating: Some(None),
            description: Some("x".to_owned()),
            ..Change::default()
        };
        assert_eq!(change.exif(None).unwrap().columns(), ["rating", "description"]);
    }
}
