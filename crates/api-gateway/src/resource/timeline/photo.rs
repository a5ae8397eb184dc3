//! The assets of a month: what is read of each, and how it is written into the lists of the answer.
//!
//! For 10,000 assets Postgres takes twice as long to write the lists as to give the values; so they are written here, as it would.

use std::io::Write as _;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use diesel::{
    QueryableByName,
    sql_types::{Binary, Bool, Double, Integer, Nullable, Text, Timestamp, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

/// The columns of [`Photo`], of `asset a` and `asset_exif e`.
pub(super) const COLUMNS: &str = "a.id, a.owner_id, a.type as kind, a.visibility, a.status, a.is_favorite, \
    a.deleted_at is not null as is_trashed, a.live_photo_video_id, a.duration, a.file_created_at, a.local_date_time, a.created_at, \
    a.width, a.height, a.thumbhash, e.projection_type, e.city, e.country, e.latitude, e.longitude";

/// What is told of an asset in the timeline.
#[derive(QueryableByName)]
pub(super) struct Photo {
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    owner_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    visibility: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Bool)]
    is_favorite: bool,
    #[diesel(sql_type = Bool)]
    is_trashed: bool,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    live_photo_video_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Integer>)]
    duration: Option<i32>,
    #[diesel(sql_type = Timestamptz)]
    pub(super) file_created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamp)]
    pub(super) local_date_time: NaiveDateTime,
    #[diesel(sql_type = Timestamptz)]
    pub(super) created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Integer>)]
    width: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    height: Option<i32>,
    #[diesel(sql_type = Nullable<Binary>)]
    thumbhash: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Text>)]
    projection_type: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    city: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    country: Option<String>,
    #[diesel(sql_type = Nullable<Double>)]
    latitude: Option<f64>,
    #[diesel(sql_type = Nullable<Double>)]
    longitude: Option<f64>,
}

/// How one value is written, for this caller.
type Written = fn(&Photo, Uuid, &mut Vec<u8>);

/// Name of every list, in the order of the contract, and what it holds.
const ALWAYS: [(&str, Written); 17] = [
    ("duration", |photo, _, out| number(photo.duration, out)),
    ("id", |photo, _, out| id(Some(photo.id), out)),
    ("visibility", |photo, _, out| text(Some(&photo.visibility), out)),
    // Favourites are a matter of the owner.
    ("isFavorite", |photo, caller, out| {
        truth(photo.is_favorite && photo.owner_id == caller, out);
    }),
    ("isImage", |photo, _, out| truth(photo.kind == "IMAGE", out)),
    ("isTrashed", |photo, _, out| truth(photo.is_trashed, out)),
    ("livePhotoVideoId", |photo, _, out| id(photo.live_photo_video_id, out)),
    ("fileCreatedAt", |photo, _, out| {
        clock(photo.file_created_at.naive_utc(), out);
    }),
    ("localOffsetHours", |photo, _, out| {
        number(Some(photo.offset_hours()), out);
    }),
    ("createdAt", |photo, _, out| clock(photo.created_at.naive_utc(), out)),
    ("ownerId", |photo, _, out| id(Some(photo.owner_id), out)),
    ("projectionType", |photo, _, out| {
        text(photo.projection_type.as_deref(), out);
    }),
    ("ratio", |photo, _, out| number(Some(photo.ratio()), out)),
    ("status", |photo, _, out| text(Some(&photo.status), out)),
    ("thumbhash", |photo, _, out| {
        text(
            photo.thumbhash.as_ref().map(|hash| STANDARD.encode(hash)).as_deref(),
            out,
        );
    }),
    ("city", |photo, _, out| text(photo.city.as_deref(), out)),
    ("country", |photo, _, out| text(photo.country.as_deref(), out)),
];

const COORDINATES: [(&str, Written); 2] = [
    ("latitude", |photo, _, out| number(photo.latitude, out)),
    ("longitude", |photo, _, out| number(photo.longitude, out)),
];

/// There are no stacks yet, so no asset is in one.
const STACK: [(&str, Written); 1] = [("stack", |_, _, out| number(None::<i32>, out))];

/// One list per property, as JSON.
pub(super) fn lists(photos: &[Photo], caller: Uuid, with_coordinates: bool, with_stacked: bool) -> String {
    let coordinates = COORDINATES.iter().filter(|_| with_coordinates);
    let stack = STACK.iter().filter(|_| with_stacked);
    let mut out = Vec::with_capacity(64 + 256 * photos.len());
    for (name, value) in ALWAYS.iter().chain(coordinates).chain(stack) {
        out.push(if out.is_empty() { b'{' } else { b',' });
        text(Some(name), &mut out);
        out.extend_from_slice(b":[");
        for (index, photo) in photos.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            value(photo, caller, &mut out);
        }
        out.push(b']');
    }
    out.push(b'}');
    String::from_utf8(out).unwrap_or_default()
}

impl Photo {
    /// How far the clock of the place was ahead of UTC.
    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "microseconds of some days are exact"
    )]
    fn offset_hours(&self) -> f64 {
        let ahead = self.local_date_time - self.file_created_at.naive_utc();
        ahead.num_microseconds().unwrap_or_default() as f64 / 3.6e9
    }

    /// Width to height as shown, to three digits; 1 while that is not known.
    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "thousandths of a ratio of pixels are exact"
    )]
    fn ratio(&self) -> f64 {
        let (Some(width), Some(height)) = (self.width.map(i64::from), self.height.map(i64::from)) else {
            return 1.0;
        };
        let Some(thousandths) = (2_000 * width + height).checked_div(2 * height) else {
            return 1.0;
        };
        thousandths as f64 / 1_000.0
    }
}

fn truth(value: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

fn number<T: std::fmt::Display>(value: Option<T>, out: &mut Vec<u8>) {
    // Writing into memory does not fail.
    let _ = match value {
        Some(value) => write!(out, "{value}"),
        None => out.write_all(b"null"),
    };
}

fn id(value: Option<Uuid>, out: &mut Vec<u8>) {
    let Some(value) = value else {
        return out.extend_from_slice(b"null");
    };
    let mut buffer = Uuid::encode_buffer();
    out.push(b'"');
    out.extend_from_slice(value.hyphenated().encode_lower(&mut buffer).as_bytes());
    out.push(b'"');
}

fn text(value: Option<&str>, out: &mut Vec<u8>) {
    match value {
        // A text can always be written.
        Some(value) => drop(serde_json::to_writer(out, value)),
        None => out.extend_from_slice(b"null"),
    }
}

/// As Postgres writes a timestamp into JSON: microseconds without their last zeros.
fn clock(at: NaiveDateTime, out: &mut Vec<u8>) {
    let (year, month, day) = (at.year(), at.month(), at.day());
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    let _ = write!(out, "\"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    let micros = at.nanosecond() / 1_000;
    if micros > 0 {
        let _ = write!(out, ".{micros:06}");
        while out.last() == Some(&b'0') {
            out.pop();
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn clocks_are_written_as_postgres_does() {
        let at = |text: &str| written(|out| clock(text.parse().unwrap(), out));
        assert_eq!(at("2024-01-02T03:04:05"), r#""2024-01-02T03:04:05""#);
        assert_eq!(at("2024-01-02T22:15:44.310"), r#""2024-01-02T22:15:44.31""#);
        assert_eq!(at("0999-01-02T10:00:00.123456"), r#""0999-01-02T10:00:00.123456""#);
        assert_eq!(at("2024-01-02T00:00:00.000010"), r#""2024-01-02T00:00:00.00001""#);
    }

    #[test]
    fn values_and_their_absence() {
        assert_eq!(written(|out| number(Some(1.5), out)), "1.5");
        assert_eq!(written(|out| number(None::<f64>, out)), "null");
        assert_eq!(written(|out| text(Some("a \"b\" é\n"), out)), r#""a \"b\" é\n""#);
        assert_eq!(
            written(|out| id(Some(Uuid::nil()), out)),
            r#""00000000-0000-0000-0000-000000000000""#
        );
    }

    #[test]
    fn a_month_without_assets_has_empty_lists() {
        let lists = lists(&[], Uuid::nil(), true, true);
        let lists: serde_json::Value = serde_json::from_str(&lists).unwrap();
        assert_eq!(lists.as_object().unwrap().len(), 20);
        assert!(
            lists
                .as_object()
                .unwrap()
                .values()
                .all(|list| list == &serde_json::json!([]))
        );
    }
}
