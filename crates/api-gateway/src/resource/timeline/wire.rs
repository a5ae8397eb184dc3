//! What a client may ask of the timeline.

use chrono::NaiveDate;
use safelight_core::ids::Visibility;
use serde_json::Value;
use uuid::Uuid;

use crate::http::validate::{Choices, Issue, Place, Rule, Step, choice, query_boolean, shape, text, uuid, word};

/// Which of an asset's times decides its month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrderBy {
    /// When it was uploaded.
    CreatedAt,
    /// When it was taken, by the clock of that place.
    TakenAt,
}

const ORDER: &Choices<bool> = &[("asc", true), ("desc", false)];
const ORDER_BY: &Choices<OrderBy> = &[("takenAt", OrderBy::TakenAt), ("createdAt", OrderBy::CreatedAt)];

/// A rectangle on the map, in degrees. West of more than east crosses the 180th meridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    pub(super) west: f64,
    pub(super) south: f64,
    pub(super) east: f64,
    pub(super) north: f64,
}

shape! {
    /// `GET /timeline/buckets`
    #[derive(Debug)]
    pub(super) struct Buckets {
        album: Option<Uuid> = "albumId", uuid().optional();
        bounds: Option<Bounds> = "bbox", BoundsRule.optional();
        is_favorite: Option<bool> = "isFavorite", query_boolean().optional();
        is_trashed: Option<bool> = "isTrashed", query_boolean().optional();
        ascending: bool = "order", choice(ORDER).or(false);
        order_by: OrderBy = "orderBy", choice(ORDER_BY).or(OrderBy::TakenAt);
        person: Option<Uuid> = "personId", uuid().optional();
        tag: Option<Uuid> = "tagId", uuid().optional();
        user: Option<Uuid> = "userId", uuid().optional();
        visibility: Option<Visibility> = "visibility", word(Visibility::ALL).optional();
        with_coordinates: bool = "withCoordinates", query_boolean().or(false);
        with_partners: bool = "withPartners", query_boolean().or(false);
        with_stacked: bool = "withStacked", query_boolean().or(false);
    }

    /// `GET /timeline/bucket`
    #[derive(Debug)]
    pub(super) struct Bucket {
        month: NaiveDate = "timeBucket", MonthRule;
        filter: Buckets;
    }
}

/// `2024-03-01`, with a sign before it or a time behind it. Immich answers 500 to anything else; this is a 400.
struct MonthRule;

impl Rule for MonthRule {
    type Out = NaiveDate;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<NaiveDate> {
        let written = text().check(value, at)?;
        let unsigned = written.trim_start_matches(['+', '-', ' ']);
        let day = unsigned.split(['T', ' ']).next().unwrap_or_default();
        let parsed = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok();
        if parsed.is_none() {
            at.report(Issue::custom("Invalid input: expected a month such as 2024-01-01"));
        }
        parsed
    }
}

/// `west,south,east,north`
struct BoundsRule;

impl Rule for BoundsRule {
    type Out = Bounds;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<Bounds> {
        let written = text().check(value, at)?;
        let numbers: Result<Vec<f64>, _> = written.split(',').map(|number| number.trim().parse::<f64>()).collect();
        let finite = numbers
            .ok()
            .filter(|numbers| numbers.iter().all(|number| number.is_finite()));
        let Some([west, south, east, north]) = finite.as_deref() else {
            at.report(Issue::custom(
                "bbox must have 4 comma-separated numbers: west,south,east,north",
            ));
            return None;
        };
        let bounds = Bounds {
            west: *west,
            south: *south,
            east: *east,
            north: *north,
        };
        if bounds.north < bounds.south {
            at.enter(Step::Key("north".to_owned()), |at| {
                at.report(Issue::custom(
                    "North latitude must be greater than or equal to south latitude",
                ));
            });
            return None;
        }
        Some(bounds)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::validate::read;

    #[test]
    fn months_are_read_in_all_their_forms() {
        let month = |text: &str| {
            read::<Bucket>(Some(&json!({"timeBucket": text})))
                .map(|bucket| bucket.month)
                .ok()
        };
        let march = NaiveDate::from_ymd_opt(2024, 3, 1);
        for form in [
            "2024-03-01",
            "+2024-03-01",
            " 2024-03-01",
            "-2024-03-01",
            "2024-03-01T00:00:00.000Z",
        ] {
            assert_eq!(month(form), march, "{form}");
        }
        for form in ["foo", "2024-13-01", ""] {
            assert_eq!(month(form), None, "{form}");
        }
    }

    #[test]
    fn a_rectangle_needs_four_numbers_and_its_north_above() {
        let bounds = |text: &str| read::<Buckets>(Some(&json!({"bbox": text}))).map(|query| query.bounds);
        assert_eq!(
            bounds("-1,2,3.5,4"),
            Ok(Some(Bounds {
                west: -1.0,
                south: 2.0,
                east: 3.5,
                north: 4.0
            }))
        );
        assert_eq!(bounds("1,2,3").unwrap_err().found(), 1);
        assert_eq!(bounds("1,2,3,NaN").unwrap_err().found(), 1);
        let issues = serde_json::to_value(bounds("-10,50,10,40").unwrap_err()).unwrap();
        assert_eq!(issues[0]["path"], json!(["bbox", "north"]));
    }
}
