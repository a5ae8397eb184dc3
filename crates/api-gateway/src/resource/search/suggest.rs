//! What may be filled in: the cameras and places of one's own assets.

use diesel::{QueryableByName, sql_types::Text};
use diesel_async::RunQueryDsl;

use super::{filter::column, wire::Suggest};
use crate::prelude::*;
use crate::resource::statement::{Conditions, Value};

#[derive(QueryableByName)]
struct Suggestion {
    #[diesel(sql_type = Text)]
    value: String,
}

/// `GET /search/suggestions`: in the order of a dictionary. They are texts, as the contract's document says, also where
/// `includeNull` is asked for.
pub(super) async fn suggestions(auth: Auth, query: Query<Suggest>, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let (conditions, statement) = statement(&auth, &query);
    let found: Vec<Suggestion> = conditions.query(statement).load(&mut conn).await?;
    let values: Vec<String> = found.into_iter().map(|row| row.value).collect();
    Ok(reply::ok(&values))
}

/// What assets have together is kept in `asset_label`, so that no asset is looked at.
fn statement(auth: &Auth, query: &Suggest) -> (Conditions, String) {
    let wanted = column(query.tag);
    let mut conditions = Conditions::default();
    conditions.with("e.owner_id = ?", [Value::Id(auth.id())]);
    for (tag, value) in &query.given {
        conditions.with(&format!("{} = ?", column(*tag)), [Value::Text(value.clone())]);
    }
    conditions.add(&format!("{wanted} is not null"));
    let statement = format!(
        "select {wanted} as value from asset_label e where {} group by {wanted} having sum(e.assets) > 0 \
         order by {wanted} collate \"und-x-icu\"",
        conditions.text()
    );
    (conditions, statement)
}
