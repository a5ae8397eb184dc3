//! Answering the timeline.

use actix_web::HttpRequest;
use chrono::{Datelike, Months, NaiveTime};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::{
    columns::columns,
    filter,
    kept::{self, AllMonths, OneMonth},
    months,
    wire::{Bucket, Buckets, OrderBy},
};
use crate::prelude::*;
use crate::resource::statement::{Conditions, Value};

/// `GET /timeline/buckets`: how many assets each month has.
pub(super) async fn buckets(auth: Auth, query: Query<Buckets>, request: HttpRequest, state: Data<AppState>) -> Reply {
    let mut conn = state.pool.get().await?;
    filter::check(&mut conn, &auth, &query).await?;
    let caller = auth.id();
    if kept::may_be_kept(&query) {
        let source = AllMonths { caller, query: &query };
        return state.answers.answer(&state.pool, conn, &request, &source).await;
    }
    let months = months::all(&mut conn, caller, &query).await?;
    Ok(reply::written(months::written(&months, query.ascending)))
}

/// `GET /timeline/bucket`: the assets of one month, as one list per property.
pub(super) async fn bucket(auth: Auth, query: Query<Bucket>, request: HttpRequest, state: Data<AppState>) -> Reply {
    let mut conn = state.pool.get().await?;
    filter::check(&mut conn, &auth, &query.filter).await?;
    let caller = auth.id();
    if kept::may_be_kept(&query.filter) {
        let source = OneMonth { caller, query: &query };
        return state.answers.answer(&state.pool, conn, &request, &source).await;
    }
    Ok(reply::written(month(&mut conn, caller, &query).await?))
}

/// The JSON of one month.
pub(super) async fn month(conn: &mut AsyncPgConnection, caller: Uuid, query: &Bucket) -> diesel::QueryResult<String> {
    let mut conditions = filter::conditions(caller, &query.filter);
    within(&mut conditions, query);
    let statement = list(&query.filter, &conditions);
    conditions.body(conn, statement).await
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
        filter::source(query),
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
