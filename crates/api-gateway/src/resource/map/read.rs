//! Answering the map.

use actix_web::web::Data;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::wire::{Marker, Markers, Place, Point};
use crate::{
    access::Auth,
    http::{
        query::Query,
        reply::{self, Reply},
    },
    resource::statement::{Conditions, Value},
    state::AppState,
};

/// What is in albums of the person that the one value is.
const IN_ALBUMS: &str = "a.id in (
    select content.asset_id from album_user member
    join album on album.id = member.album_id and album.deleted_at is null
    join album_asset content on content.album_id = album.id
    where member.user_id = ?)";

/// `GET /map/markers`: everything with a place, newest first.
pub(super) async fn markers(auth: Auth, query: Query<Markers>, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let (conditions, statement) = statement(auth.id(), &query);
    let markers: Vec<Marker> = conditions.query(statement).load(&mut conn).await?;
    Ok(reply::ok(&markers))
}

fn statement(caller: Uuid, query: &Markers) -> (Conditions, String) {
    let mut conditions = Conditions::default();
    if query.with_shared_albums {
        conditions.with(
            &format!("(a.owner_id = ? or {IN_ALBUMS})"),
            [Value::Id(caller), Value::Id(caller)],
        );
    } else {
        conditions.with("a.owner_id = ?", [Value::Id(caller)]);
    }
    conditions.add("a.deleted_at is null and e.latitude is not null and e.longitude is not null");
    conditions.add(if query.with_archived {
        "a.visibility in ('archive', 'timeline')"
    } else {
        "a.visibility = 'timeline'"
    });
    if let Some(favorite) = query.is_favorite {
        // Favourites are a matter of the owner.
        let not = if favorite { "" } else { "not " };
        conditions.with(&format!("{not}(a.is_favorite and a.owner_id = ?)"), [Value::Id(caller)]);
    }
    if let Some(start) = query.not_before {
        conditions.with("a.file_created_at >= ?", [Value::Moment(start)]);
    }
    if let Some(end) = query.not_after {
        conditions.with("a.file_created_at <= ?", [Value::Moment(end)]);
    }
    let statement = format!(
        "select a.id, e.latitude as lat, e.longitude as lon, e.city, e.state, e.country \
         from asset a join asset_exif e on e.asset_id = a.id where {} order by a.file_created_at desc, a.id",
        conditions.text()
    );
    (conditions, statement)
}

/// `GET /map/reverse-geocode`: no names of places are known here, so every point is answered as one on the open sea.
pub(super) async fn reverse_geocode(_auth: Auth, _query: Query<Point>) -> Reply {
    Ok(reply::ok(&[Place::default()]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::validate::read;

    #[test]
    fn each_filter_adds_its_condition() {
        let of = |query| statement(Uuid::nil(), &read::<Markers>(Some(&query)).ok().unwrap()).1;
        let plain = of(json!({}));
        assert!(plain.contains("a.owner_id = $1 and"), "{plain}");
        assert!(plain.contains("a.visibility = 'timeline' order by"), "{plain}");
        let all = of(json!({
            "isArchived": "true", "isFavorite": "false", "fileCreatedAfter": "2024-01-01T00:00:00Z",
            "fileCreatedBefore": "2025-01-01T00:00:00Z", "withPartners": "true", "withSharedAlbums": "true",
        }));
        for condition in [
            "(a.owner_id = $1 or a.id in (",
            "member.user_id = $2)) and",
            "a.visibility in ('archive', 'timeline')",
            "not (a.is_favorite and a.owner_id = $3)",
            "a.file_created_at >= $4 and a.file_created_at <= $5",
        ] {
            assert!(all.contains(condition), "{condition}: {all}");
        }
    }
}
