//! Answering the timeline.

use actix_web::HttpRequest;
use chrono::{Datelike, Months, NaiveTime};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{
    filter,
    kept::{self, AllMonths, OneMonth},
    months,
    photo::{self, Photo},
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
    let statement = format!(
        "select {} from {} join asset_exif e on e.asset_id = a.id where {}",
        photo::COLUMNS,
        filter::source(&query.filter),
        conditions.text()
    );
    let mut photos: Vec<Photo> = conditions.query(statement).load(conn).await?;
    sort(&mut photos, &query.filter);
    let Buckets {
        with_coordinates,
        with_stacked,
        ..
    } = query.filter;
    Ok(photo::lists(&photos, caller, with_coordinates, with_stacked))
}

/// By day and moment, or by when they were added; ids decide among equals.
fn sort(photos: &mut [Photo], query: &Buckets) {
    let order = |one: &Photo, other: &Photo| match query.order_by {
        OrderBy::TakenAt => {
            let key = |photo: &Photo| (photo.local_date_time.date(), photo.file_created_at, photo.id);
            key(one).cmp(&key(other))
        }
        OrderBy::CreatedAt => (one.created_at, one.id).cmp(&(other.created_at, other.id)),
    };
    photos.sort_unstable_by(|one, other| {
        if query.ascending {
            order(one, other)
        } else {
            order(other, one)
        }
    });
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
