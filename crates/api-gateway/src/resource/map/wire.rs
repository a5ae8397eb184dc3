//! The JSON of the map.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    sql_types::{Double, Nullable, Text, Uuid as SqlUuid},
};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::http::{
    reply::javascript_number,
    validate::{Fields, Rule, Shape, instant, query_boolean, query_number},
};

/// `MapMarkerResponseDto`
#[derive(QueryableByName, Serialize)]
pub(crate) struct Marker {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Double)]
    #[serde(serialize_with = "degrees")]
    lat: f64,
    #[diesel(sql_type = Double)]
    #[serde(serialize_with = "degrees")]
    lon: f64,
    #[diesel(sql_type = Nullable<Text>)]
    city: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    state: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    country: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn degrees<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    javascript_number(*value).serialize(serializer)
}

/// `GET /map/markers`
pub(super) struct Markers {
    /// Also what is in the archive.
    pub(super) with_archived: bool,
    pub(super) is_favorite: Option<bool>,
    pub(super) not_before: Option<DateTime<Utc>>,
    pub(super) not_after: Option<DateTime<Utc>>,
    pub(super) with_shared_albums: bool,
}

impl Shape for Markers {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let archived = fields.read("isArchived", query_boolean().or(false));
        let is_favorite = fields.read("isFavorite", query_boolean().optional());
        let after = fields.read("fileCreatedAfter", instant().optional());
        let before = fields.read("fileCreatedBefore", instant().optional());
        // There are no partners yet, so asking for their pictures adds none.
        let partners = fields.read("withPartners", query_boolean().or(false));
        let shared = fields.read("withSharedAlbums", query_boolean().or(false));
        partners?;
        Some(Self {
            with_archived: archived?,
            is_favorite: is_favorite?,
            not_before: after?,
            not_after: before?,
            with_shared_albums: shared?,
        })
    }
}

/// `GET /map/reverse-geocode`
pub(super) struct Point;

impl Shape for Point {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let latitude = fields.read("lat", query_number().min(-90).max(90));
        let longitude = fields.read("lon", query_number().min(-180).max(180));
        latitude.and(longitude).map(|_| Self)
    }
}

/// `MapReverseGeocodeResponseDto`: what is known of a point.
#[derive(Default, Serialize)]
pub(super) struct Place {
    country: Option<String>,
    state: Option<String>,
    city: Option<String>,
}
