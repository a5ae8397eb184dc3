//! How many assets each month has.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::{
    QueryableByName,
    sql_types::{BigInt, Date},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{
    filter,
    wire::{Buckets, OrderBy},
};
use crate::resource::statement::{Conditions, Value};

/// Months with what is in them. One without assets is not among them.
pub(super) type Months = BTreeMap<NaiveDate, i64>;

#[derive(QueryableByName)]
struct Month {
    #[diesel(sql_type = Date)]
    month: NaiveDate,
    #[diesel(sql_type = BigInt)]
    assets: i64,
}

/// All months.
pub(super) async fn all(conn: &mut AsyncPgConnection, caller: Uuid, query: &Buckets) -> diesel::QueryResult<Months> {
    let (conditions, statement) = count(caller, query);
    let months: Vec<Month> = conditions.query(statement).load(conn).await?;
    Ok(months.into_iter().map(|month| (month.month, month.assets)).collect())
}

/// The statement of the counts: by what is kept of an album, where that answers the question, else by the assets.
fn count(caller: Uuid, query: &Buckets) -> (Conditions, String) {
    if let Some(conditions) = filter::conditions_on_months(query) {
        let statement = format!(
            "select m.month::date as month, sum(m.assets)::bigint as assets from album_month m where {} group by 1 \
             having sum(m.assets) > 0",
            conditions.text()
        );
        return (conditions, statement);
    }
    let conditions = filter::conditions(caller, query);
    // The exif row is needed only for its place; every asset has one.
    let exif = if query.bounds.is_some() {
        "join asset_exif e on e.asset_id = a.id"
    } else {
        ""
    };
    let statement = format!(
        "select {}::date as month, count(*) as assets from {} {exif} where {} group by 1",
        filter::month(query.order_by),
        filter::source(query),
        conditions.text()
    );
    (conditions, statement)
}

/// Counts some of them anew, each as a range of the index.
pub(super) async fn again(
    conn: &mut AsyncPgConnection,
    caller: Uuid,
    query: &Buckets,
    before: &Months,
    touched: &[NaiveDate],
) -> diesel::QueryResult<Months> {
    let mut conditions = filter::conditions(caller, query);
    let list = conditions.value(Value::Days(touched.to_vec()));
    let range = match query.order_by {
        OrderBy::TakenAt => {
            "a.local_date_time >= touched.month and a.local_date_time < touched.month + interval '1 month'"
        }
        OrderBy::CreatedAt => {
            "a.created_at >= touched.month::timestamp at time zone 'UTC' \
             and a.created_at < (touched.month + interval '1 month') at time zone 'UTC'"
        }
    };
    let statement = format!(
        "select month, assets from unnest({list}) touched (month) cross join lateral \
         (select count(*) as assets from asset a where {} and {range}) counted",
        conditions.text()
    );
    let counted: Vec<Month> = conditions.query(statement).load(conn).await?;
    let mut months = before.clone();
    months.extend(counted.into_iter().map(|month| (month.month, month.assets)));
    months.retain(|_, assets| *assets > 0);
    Ok(months)
}

/// The JSON of the answer.
pub(super) fn written(months: &Months, ascending: bool) -> String {
    let one = |(month, assets): (&NaiveDate, &i64)| format!(r#"{{"timeBucket":"{month}","count":{assets}}}"#);
    let all: Vec<String> = if ascending {
        months.iter().map(one).collect()
    } else {
        months.iter().rev().map(one).collect()
    };
    format!("[{}]", all.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_written_in_both_directions() {
        let day = |month| NaiveDate::from_ymd_opt(2024, month, 1).unwrap();
        let months = Months::from([(day(1), 5), (day(2), 7)]);
        let expected = r#"[{"timeBucket":"2024-01-01","count":5},{"timeBucket":"2024-02-01","count":7}]"#;
        assert_eq!(written(&months, true), expected);
        assert!(written(&months, false).starts_with(r#"[{"timeBucket":"2024-02-01""#));
        assert_eq!(written(&Months::new(), true), "[]");
    }
}
