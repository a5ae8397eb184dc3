//! Places and people by name.

use actix_web::web::Data;

use super::wire::Name;
use crate::{
    access::Auth,
    http::{
        query::Query,
        reply::{self, Reply},
    },
    resource::{
        asset::{self, Detail},
        statement::{Conditions, Value},
    },
    state::AppState,
};

/// The newest asset of each city.
const CITIES: &str = "
select id from (
    select distinct on (e.city) a.id, e.city from asset a join asset_exif e on e.asset_id = a.id
    where a.owner_id = $1 and a.deleted_at is null and a.visibility = 'timeline' and e.city is not null
    order by e.city, a.file_created_at desc, a.id) newest
order by city collate \"und-x-icu\"";

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
