//! What a person has set by hand, and how a sidecar says it.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{OptionalExtension as _, QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use uuid::Uuid;

use crate::exiftool::Assignment;
use crate::extract::zone::Zone;

/// The columns that can be set by hand, and which of them have been.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
pub(super) struct Values {
    /// Names of columns.
    #[diesel(sql_type = Array<Text>)]
    pub(super) locked_properties: Vec<String>,
    #[diesel(sql_type = Text)]
    pub(super) description: String,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(super) rating: Option<i32>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(super) date_time_original: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) time_zone: Option<String>,
    #[diesel(sql_type = Nullable<Double>)]
    pub(super) latitude: Option<f64>,
    #[diesel(sql_type = Nullable<Double>)]
    pub(super) longitude: Option<f64>,
}

/// Reads what was set; `None` where nothing was.
pub(super) async fn load(conn: &mut AsyncPgConnection, asset: Uuid) -> Result<Option<Values>, DbError> {
    let values = sql_query(
        "select locked_properties, description, rating, date_time_original, time_zone, latitude, longitude \
         from asset_exif where asset_id = $1 and locked_properties <> '{}'",
    )
    .bind::<SqlUuid, _>(asset)
    .get_result(conn)
    .await
    .optional()?;
    Ok(values)
}

impl Values {
    fn is_set(&self, column: &str) -> bool {
        self.locked_properties.iter().any(|locked| locked == column)
    }

    /// The tags to write. What was emptied is written as empty, or the file's own value would show again.
    pub(super) fn assignments(&self) -> Vec<Assignment> {
        let mut tags = Vec::new();
        let mut set = |tag: &'static str, value: Option<String>| tags.push(Assignment { tag, value });
        if self.is_set("description") {
            set("XMP-dc:Description", Some(self.description.clone()));
            set("XMP-tiff:ImageDescription", Some(self.description.clone()));
        }
        if self.is_set("rating") {
            set("XMP-xmp:Rating", Some(self.rating.unwrap_or(0).to_string()));
        }
        if self.is_set("date_time_original") || self.is_set("time_zone") {
            let date = self.date_time_original.map(|date| self.written(date));
            set("XMP-exif:DateTimeOriginal", date.clone());
            set("XMP-photoshop:DateCreated", date);
        }
        if self.is_set("latitude") || self.is_set("longitude") {
            set("XMP-exif:GPSLatitude", self.latitude.map(|degrees| degrees.to_string()));
            set(
                "XMP-exif:GPSLongitude",
                self.longitude.map(|degrees| degrees.to_string()),
            );
        }
        tags
    }

    /// The wall clock with its offset. Where no zone is known the clock is UTC, which is only said where a position would
    /// otherwise be taken to tell the zone.
    fn written(&self, date: DateTime<Utc>) -> String {
        let zone = self.time_zone.as_deref().and_then(Zone::parse);
        let wall = zone.unwrap_or(Zone::UTC).wall(date).format("%Y:%m:%d %H:%M:%S%.3f");
        match zone {
            Some(zone) => format!("{wall}{}", zone.offset_at(date)),
            None if self.latitude.is_some() => format!("{wall}+00:00"),
            None => wall.to_string(),
        }
    }

    /// The columns that are locked here and have the same value in `now`.
    pub(super) fn unchanged_in(&self, now: &Self) -> Vec<String> {
        let same = |column: &str| match column {
            "description" => self.description == now.description,
            "rating" => self.rating == now.rating,
            "date_time_original" | "time_zone" => {
                (self.date_time_original, &self.time_zone) == (now.date_time_original, &now.time_zone)
            }
            "latitude" | "longitude" => (self.latitude, self.longitude) == (now.latitude, now.longitude),
            _ => false,
        };
        self.locked_properties
            .iter()
            .filter(|column| same(column))
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exiftool::{ExifTool, Limits};
    use crate::extract::picture::Medium;
    use crate::extract::{File, extract};
    use crate::sidecar;
    use crate::tags::Tags;

    fn values(locked: &[&str]) -> Values {
        Values {
            locked_properties: locked.iter().map(|column| (*column).to_owned()).collect(),
            description: String::new(),
            rating: None,
            date_time_original: Some("2020-06-01T10:30:00Z".parse().unwrap()),
            time_zone: Some("UTC+2".to_owned()),
            latitude: Some(48.14),
            longitude: Some(-11.57),
        }
    }

    /// Recorded exchanges 339 to 354: a date with its offset, then a position, then no rating.
    #[tokio::test]
    async fn what_is_written_is_read_again() {
        let tool = ExifTool::new(Limits::default());
        let folder = tempfile::tempdir().unwrap();
        let mut set = values(&[
            "date_time_original",
            "time_zone",
            "latitude",
            "longitude",
            "rating",
            "description",
        ]);
        set.longitude = Some(11.57);
        let content = sidecar::write(&tool, None, &set.assignments()).await.unwrap();
        let path = folder.path().join("a.xmp");
        std::fs::write(&path, content).unwrap();
        let sidecar = sidecar::read(&tool, &sidecar::open(&path).await).await.unwrap();
        let file = Tags::of(&[
            ("IFD0:ImageDescription", "falcon"),
            ("ExifIFD:DateTimeOriginal", "2022:03:31 11:31:56"),
            ("XMP-xmp:Rating", "3"),
        ]);
        let now = Utc::now();
        let found = extract(
            &File {
                medium: Medium::Image,
                size: 1,
                created: now,
                modified: now,
            },
            &file,
            Some(&sidecar),
        );
        assert_eq!(found.taken.at.to_rfc3339(), "2020-06-01T10:30:00+00:00");
        assert_eq!(found.taken.local.to_string(), "2020-06-01 12:30:00");
        assert_eq!(found.taken.time_zone.as_deref(), Some("Europe/Berlin"));
        let position = found.position.unwrap();
        assert_eq!((position.latitude, position.longitude), (48.14, 11.57));
        assert_eq!(
            (found.rating, found.description.as_str()),
            (None, ""),
            "emptied by hand"
        );
        // A second change keeps what the first wrote.
        let mut again = values(&["description", "rating"]);
        (again.description, again.rating) = ("two\nlines".to_owned(), Some(4));
        let old = sidecar::open(&path).await;
        let content = sidecar::write(&tool, Some(&old), &again.assignments()).await.unwrap();
        std::fs::write(&path, content).unwrap();
        let tags = sidecar::read(&tool, &sidecar::open(&path).await).await.unwrap();
        assert_eq!(
            (tags.text("Description", &[]), tags.text("Rating", &[])),
            (Some("two\nlines"), Some("4"))
        );
        assert!(crate::extract::date::has_date(&tags));
    }

    #[test]
    fn only_what_was_set_is_written() {
        assert!(values(&[]).assignments().is_empty());
        let rating = values(&["rating"]).assignments();
        assert_eq!(
            rating,
            [Assignment {
                tag: "XMP-xmp:Rating",
                value: Some("0".to_owned())
            }]
        );
        let mut dated = values(&["date_time_original"]);
        assert_eq!(
            dated.assignments()[0].value.as_deref(),
            Some("2020:06:01 12:30:00.000+02:00")
        );
        dated.time_zone = None;
        assert_eq!(
            dated.assignments()[0].value.as_deref(),
            Some("2020:06:01 10:30:00.000+00:00")
        );
        dated.latitude = None;
        assert_eq!(dated.assignments()[0].value.as_deref(), Some("2020:06:01 10:30:00.000"));
    }

    #[test]
    fn only_what_did_not_change_again_is_unlocked() {
        let written = values(&["description", "rating"]);
        let mut now = written.clone();
        now.rating = Some(5);
        assert_eq!(written.unchanged_in(&now), ["description"]);
    }
}
