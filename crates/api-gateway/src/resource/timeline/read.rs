//! Answering the timeline.

use actix_web::web::Data;
use chrono::{Datelike, Months, NaiveTime};

use super::{
    columns::columns,
    filter,
    wire::{Bucket, Buckets, OrderBy},
};
use crate::{
    access::Auth,
    http::{
        query::Query,
        reply::{self, Reply},
    },
    resource::statement::{Conditions, Value},
    state::AppState,
};

/// `GET /timeline/buckets`: how many assets each month has.
pub(super) async fn buckets(auth: Auth, query: Query<Buckets>, state: Data<AppState>) -> Reply {
    let mut conn = state.pool.get().await?;
    filter::check(&mut conn, &auth, &query).await?;
    let conditions = filter::conditions(auth.id(), &query);
    let statement = count(&query, &conditions);
    Ok(reply::written(conditions.body(&mut conn, statement).await?))
}

/// `GET /timeline/bucket`: the assets of one month, as one list per property.
pub(super) async fn bucket(auth: Auth, query: Query<Bucket>, state: Data<AppState>) -> Reply {
    let mut conn = state.pool.get().await?;
    filter::check(&mut conn, &auth, &query.filter).await?;
    let mut conditions = filter::conditions(auth.id(), &query.filter);
    within(&mut conditions, &query);
    let statement = list(&query.filter, &conditions);
    Ok(reply::written(conditions.body(&mut conn, statement).await?))
}

/// The statement of the counts.
fn count(query: &Buckets, conditions: &Conditions) -> String {
    let (month, direction) = (filter::month(query.order_by), direction(query));
    // The exif row is needed only for its place; every asset has one.
    let exif = if query.bounds.is_some() {
        "join asset_exif e on e.asset_id = a.id"
    } else {
        ""
    };
    format!(
        "select coalesce(json_agg(json_build_object('timeBucket', to_char(month, 'YYYY-MM-DD'), 'count', assets) \
         order by month {direction}), '[]')::text as body \
         from (select {month} as month, count(*) as assets from asset a {exif} where {} group by 1) months",
        conditions.text()
    )
}

/// The statement of one month's lists.
fn list(query: &Buckets, conditions: &Conditions) -> String {
    let columns = columns(query.with_coordinates, query.with_stacked);
    let lists = columns
        .iter()
        .map(|(name, _)| format!("'{name}', coalesce(json_agg(\"{name}\"), '[]')"));
    let values = columns.iter().map(|(name, value)| format!("{value} as \"{name}\""));
    let direction = direction(query);
    let order = match query.order_by {
        OrderBy::TakenAt => format!("a.local_date_time::date {direction}, a.file_created_at {direction}"),
        OrderBy::CreatedAt => format!("a.created_at {direction}"),
    };
    // Aggregates see the rows in the order of the inner query; a sort per list would sort twenty times.
    format!(
        "select json_build_object({})::text as body from (select {} from asset a join asset_exif e on e.asset_id = a.id \
         where {} order by {order}, a.id {direction}) page",
        lists.collect::<Vec<_>>().join(", "),
        values.collect::<Vec<_>>().join(", "),
        conditions.text()
    )
}

fn direction(query: &Buckets) -> &'static str {
    if query.ascending { "asc" } else { "desc" }
}

/// The month as a range of the indexed column. A day that is not the first of a month is in no bucket.
fn within(conditions: &mut Conditions, query: &Bucket) {
    let start = query.month.and_time(NaiveTime::MIN);
    let Some(end) = start
        .checked_add_months(Months::new(1))
        .filter(|_| query.month.day() == 1)
    else {
        return conditions.add("false");
    };
    let range = match query.filter.order_by {
        OrderBy::TakenAt => "a.local_date_time >= ? and a.local_date_time < ?",
        OrderBy::CreatedAt => "a.created_at >= ? at time zone 'UTC' and a.created_at < ? at time zone 'UTC'",
    };
    conditions.with(range, [Value::Clock(start), Value::Clock(end)]);
}
