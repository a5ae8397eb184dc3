//! Answering the timeline.

use actix_web::web::Data;
use chrono::{Datelike, Months, NaiveTime};
use uuid::Uuid;

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
    let (conditions, statement) = count(auth.id(), &query);
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
fn count(caller: Uuid, query: &Buckets) -> (Conditions, String) {
    let (conditions, months) = match filter::conditions_on_months(query) {
        Some(conditions) => {
            let months = format!(
                "select m.month, sum(m.assets)::bigint as assets from album_month m where {} group by 1 having sum(m.assets) > 0",
                conditions.text()
            );
            (conditions, months)
        }
        None => count_assets(caller, query),
    };
    let statement = format!(
        "select coalesce(json_agg(json_build_object('timeBucket', to_char(month, 'YYYY-MM-DD'), 'count', assets) \
         order by month {}), '[]')::text as body from ({months}) months",
        direction(query)
    );
    (conditions, statement)
}

fn count_assets(caller: Uuid, query: &Buckets) -> (Conditions, String) {
    let conditions = filter::conditions(caller, query);
    // The exif row is needed only for its place; every asset has one.
    let exif = if query.bounds.is_some() {
        "join asset_exif e on e.asset_id = a.id"
    } else {
        ""
    };
    let months = format!(
        "select {} as month, count(*) as assets from {} {exif} where {} group by 1",
        filter::month(query.order_by),
        source(query),
        conditions.text()
    );
    (conditions, months)
}

/// Of an album only what is asked for is looked at, by what is kept of it in this order.
fn source(query: &Buckets) -> &'static str {
    if query.album.is_some() {
        "album_content c join asset a on a.id = c.asset_id"
    } else {
        "asset a"
    }
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
        "select json_build_object({})::text as body from (select {} from {} join asset_exif e on e.asset_id = a.id \
         where {} order by {order}, a.id {direction}) page",
        lists.collect::<Vec<_>>().join(", "),
        values.collect::<Vec<_>>().join(", "),
        source(query),
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
    let its = if query.filter.album.is_some() { "c" } else { "a" };
    let range = match query.filter.order_by {
        OrderBy::TakenAt => format!("{its}.local_date_time >= ? and {its}.local_date_time < ?"),
        OrderBy::CreatedAt => {
            format!("{its}.created_at >= ? at time zone 'UTC' and {its}.created_at < ? at time zone 'UTC'")
        }
    };
    conditions.with(&range, [Value::Clock(start), Value::Clock(end)]);
}
