//! Where to begin: cities with many pictures, and what came last.

use serde::Serialize;

use crate::prelude::*;
use crate::resource::{
    asset::{self, AssetView, Detail},
    statement::{Conditions, Value},
};

/// The newest asset of each city that has at least five, the cities with most first. Of those that have too few to be offered none is
/// looked for.
const BY_CITY: &str = "
with counted as (
    select city, sum(assets) as assets from asset_label
    where owner_id = $1 and in_timeline and city is not null group by city having sum(assets) >= 5)
select newest.asset_id as id from counted cross join lateral (
    select asset_id from asset_fact fact
    where fact.owner_id = $1 and fact.city = counted.city and fact.visibility = 'timeline' and not fact.is_trashed
    order by fact.file_created_at desc, fact.asset_id limit 1) newest
where counted.assets >= coalesce((select assets from counted order by assets desc offset $2 - 1 limit 1), 0)
order by counted.assets desc, newest.asset_id limit $2";

const NEWEST: &str = "
select id from asset where owner_id = $1 and deleted_at is null and visibility = 'timeline'
order by created_at desc, id limit $2";

/// How many things are offered of a kind.
const OFFERED: i64 = 12;

/// `SearchExploreResponseDto`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Offer {
    field_name: &'static str,
    items: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    value: String,
    data: AssetView,
}

/// `GET /search/explore`
pub(super) async fn explore(auth: Auth, state: Data<AppState>) -> Reply {
    let cities = found(&auth, &state, BY_CITY).await?;
    let newest = found(&auth, &state, NEWEST).await?;
    Ok(reply::ok(&[
        offer("exifInfo.city", cities, AssetView::city),
        offer("createdAt", newest, |asset| Some(asset.created_at())),
    ]))
}

async fn found(auth: &Auth, state: &AppState, statement: &str) -> Result<Vec<AssetView>, ApiError> {
    let mut conn = state.conn().await?;
    let mut conditions = Conditions::default();
    conditions.value(Value::Id(auth.id()));
    conditions.value(Value::Number(OFFERED));
    let ids = conditions.ids(&mut conn, statement.to_owned()).await?;
    asset::many(&mut conn, auth, &ids, Detail::Live).await
}

fn offer(field_name: &'static str, assets: Vec<AssetView>, value: fn(&AssetView) -> Option<&str>) -> Offer {
    let items = assets.into_iter().filter_map(|data| {
        Some(Item {
            value: value(&data)?.to_owned(),
            data,
        })
    });
    Offer {
        field_name,
        items: items.collect(),
    }
}
