//! Places and people by name.

use super::wire::Name;
use crate::prelude::*;
use crate::resource::{
    asset::{self, Detail},
    statement::{Conditions, Value},
};

/// The newest asset of each city.
const CITIES: &str = "
select newest.asset_id as id from (
    select city from asset_label where owner_id = $1 and in_timeline and city is not null group by city having sum(assets) > 0) cities
cross join lateral (
    select asset_id from asset_fact fact
    where fact.owner_id = $1 and fact.city = cities.city and fact.visibility = 'timeline' and not fact.is_trashed
    order by fact.file_created_at desc, fact.asset_id limit 1) newest
order by cities.city collate \"und-x-icu\"";

/// `GET /search/cities`: one asset of each city, in the order of a dictionary.
pub(super) async fn cities(auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let mut conditions = Conditions::default();
    conditions.value(Value::Id(auth.id()));
    let ids = conditions.ids(&mut conn, CITIES.to_owned()).await?;
    Ok(reply::ok(&asset::many(&mut conn, &auth, &ids, Detail::Plain).await?))
}

/// `GET /search/places`: no names of places are known here, so none has this one.
pub(super) async fn places(_auth: Auth, _query: Query<Name>) -> Reply {
    Ok(reply::ok(&[(); 0]))
}

/// `GET /search/person`: there are no people yet, so nobody has this name.
pub(super) async fn people(_auth: Auth, _query: Query<Name>) -> Reply {
    Ok(reply::ok(&[(); 0]))
}
