//! What may be filled in: the cameras and places of one's own assets.

use actix_web::web::Data;
use diesel::{
    QueryableByName,
    sql_types::{Nullable, Text},
};
use diesel_async::RunQueryDsl;

use super::{filter::column, wire::Suggest};
use crate::{
    access::Auth,
    http::{
        query::Query,
        reply::{self, Reply},
    },
    resource::statement::{Conditions, Value},
    state::AppState,
};

#[derive(QueryableByName)]
struct Suggestion {
    #[diesel(sql_type = Nullable<Text>)]
    value: Option<String>,
}

/// `GET /search/suggestions`: in the order of a dictionary, and null last where some asset has none and the client takes
/// that.
pub(super) async fn suggestions(auth: Auth, query: Query<Suggest>, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let (conditions, statement) = statement(&auth, &query);
    let found: Vec<Suggestion> = conditions.query(statement).load(&mut conn).await?;
    let values: Vec<Option<String>> = found.into_iter().map(|row| row.value).collect();
    Ok(reply::ok(&values))
}

fn statement(auth: &Auth, query: &Suggest) -> (Conditions, String) {
    let wanted = column(query.tag);
    let mut conditions = Conditions::default();
    conditions.with(
        "a.owner_id = ? and a.deleted_at is null and a.visibility <> 'locked'",
        [Value::Id(auth.id())],
    );
    for (tag, value) in &query.given {
        conditions.with(&format!("{} = ?", column(*tag)), [Value::Text(value.clone())]);
    }
    if !query.include_null {
        conditions.add(&format!("{wanted} is not null"));
    }
    let statement = format!(
        "select {wanted} as value from asset a join asset_exif e on e.asset_id = a.id where {} \
         group by {wanted} order by {wanted} collate \"und-x-icu\" nulls last",
        conditions.text()
    );
    (conditions, statement)
}
