//! Answering the map.

use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::wire::{Marker, Markers, Place, Point};
use crate::prelude::*;
use crate::resource::statement::{Conditions, Value};

/// What is a person's.
const OWN: &str = "fact.owner_id = $1";
/// What others have put into albums of that person.
const IN_ALBUMS: &str = "fact.owner_id <> $1 and fact.asset_id in (
    select content.asset_id from album_user member
    join album on album.id = member.album_id and album.deleted_at is null
    join album_content content on content.album_id = album.id and content.in_sight and content.owner_id <> $1
    where member.user_id = $1)";

/// `GET /map/markers`: everything with a place, newest first.
pub(super) async fn markers(auth: Auth, query: Query<Markers>, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let (conditions, statement) = statement(auth.id(), &query);
    let markers: Vec<Marker> = conditions.query(statement).load(&mut conn).await?;
    Ok(reply::ok(&markers))
}

fn statement(caller: Uuid, query: &Markers) -> (Conditions, String) {
    let mut conditions = Conditions::default();
    conditions.value(Value::Id(caller));
    conditions.add("not fact.is_trashed and fact.has_coordinates");
    conditions.add(if query.with_archived {
        "fact.visibility in ('archive', 'timeline')"
    } else {
        "fact.visibility = 'timeline'"
    });
    if let Some(favorite) = query.is_favorite {
        // Favourites are a matter of the owner.
        let not = if favorite { "" } else { "not " };
        conditions.with(&format!("{not}(a.is_favorite and a.owner_id = ?)"), [Value::Id(caller)]);
    }
    if let Some(start) = query.not_before {
        conditions.with("fact.file_created_at >= ?", [Value::Moment(start)]);
    }
    if let Some(end) = query.not_after {
        conditions.with("fact.file_created_at <= ?", [Value::Moment(end)]);
    }
    // A statement for each of the two, since an `or` of them would read everybody's assets.
    let sources: &[&str] = if query.with_shared_albums {
        &[OWN, IN_ALBUMS]
    } else {
        &[OWN]
    };
    let parts: Vec<String> = sources.iter().map(|source| part(source, &conditions)).collect();
    let statement = format!("{} order by file_created_at desc, id", parts.join(" union all "));
    (conditions, statement)
}

fn part(source: &str, conditions: &Conditions) -> String {
    format!(
        "select a.id, e.latitude as lat, e.longitude as lon, e.city, e.state, e.country, fact.file_created_at \
         from asset_fact fact join asset a on a.id = fact.asset_id join asset_exif e on e.asset_id = a.id where {source} and {}",
        conditions.text()
    )
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
        assert!(plain.contains("fact.owner_id = $1 and"), "{plain}");
        assert!(plain.contains("fact.visibility = 'timeline' order by"), "{plain}");
        assert!(!plain.contains("union"), "{plain}");
        let all = of(json!({
            "isArchived": "true", "isFavorite": "false", "fileCreatedAfter": "2024-01-01T00:00:00Z",
            "fileCreatedBefore": "2025-01-01T00:00:00Z", "withPartners": "true", "withSharedAlbums": "true",
        }));
        for condition in [
            " where fact.owner_id = $1 and",
            " union all ",
            " where fact.owner_id <> $1 and fact.asset_id in (",
            "member.user_id = $1) and",
            "fact.visibility in ('archive', 'timeline')",
            "not (a.is_favorite and a.owner_id = $2)",
            "fact.file_created_at >= $3 and fact.file_created_at <= $4",
        ] {
            assert!(all.contains(condition), "{condition}: {all}");
        }
    }
}
