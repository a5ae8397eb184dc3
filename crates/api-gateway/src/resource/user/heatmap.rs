//! How much a person uploaded or photographed on each day.
//!
//! The contract lets anybody ask about anybody. Here that is for administrators and for oneself: when somebody takes
//! pictures is their own affair.

use chrono::{Days, NaiveDate, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Date, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

use super::read;
use crate::http::validate::{Choices, Rule, choice, date, shape};
use crate::prelude::*;

/// What is shown where no days are named: a year, today included.
const USUAL_DAYS: u64 = 365;

/// By what a day is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Upload,
    Taken,
}

const BY: &Choices<By> = &[("Upload", By::Upload), ("Taken", By::Taken)];

/// Days of UTC on which things came in.
const UPLOADED: &str = "
select (created_at at time zone 'UTC')::date as day, count(*) as count from asset
where owner_id = $1 and deleted_at is null and visibility in ('archive', 'timeline')
  and created_at >= $2::timestamp at time zone 'UTC' and created_at < ($3 + 1)::timestamp at time zone 'UTC'
group by 1";
/// Days by the clock where the pictures were taken.
const TAKEN: &str = "
select local_date_time::date as day, count(*) as count from asset
where owner_id = $1 and deleted_at is null and visibility in ('archive', 'timeline')
  and local_date_time >= $2 and local_date_time < $3 + 1
group by 1";

shape! {
    /// The days to show, both included.
    pub(crate) struct Span {
        from: Option<NaiveDate> = "from", date().optional();
        to: Option<NaiveDate> = "to", date().optional();
        by: By = "type", choice(BY).or(By::Upload);
    }
}

#[derive(QueryableByName)]
struct DayRow {
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// `GET /users/me/calendar-heatmap`
pub(super) async fn own(auth: Auth, span: Query<Span>, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    answer(&mut conn, auth.id(), &span, state.accounts.heatmap_days).await
}

/// `GET /admin/users/{id}/calendar-heatmap`
pub(crate) async fn of_one(auth: Auth, id: Id, span: Query<Span>, state: Data<AppState>) -> Reply {
    if !auth.user.is_admin && id.0 != auth.id() {
        return Err(ApiError::forbidden("Forbidden"));
    }
    let mut conn = state.conn().await?;
    read::any(&mut conn, id.0).await?;
    answer(&mut conn, id.0, &span, state.accounts.heatmap_days).await
}

async fn answer(conn: &mut AsyncPgConnection, user: Uuid, span: &Span, longest: u32) -> Reply {
    let (from, to) = days(span, Utc::now().date_naive(), longest)?;
    let rows: Vec<DayRow> = sql_query(match span.by {
        By::Upload => UPLOADED,
        By::Taken => TAKEN,
    })
    .bind::<SqlUuid, _>(user)
    .bind::<Date, _>(from)
    .bind::<Date, _>(to)
    .load(conn)
    .await?;
    let counts: HashMap<NaiveDate, i64> = rows.into_iter().map(|row| (row.day, row.count)).collect();
    let total: i64 = counts.values().sum();
    let series: Vec<Value> = from
        .iter_days()
        .take_while(|day| *day <= to)
        .map(|day| json!({"date": day, "count": counts.get(&day).copied().unwrap_or(0)}))
        .collect();
    Ok(reply::ok(
        &json!({"from": from, "to": to, "series": series, "totalCount": total}),
    ))
}

/// The first and the last day; what is missing follows from the other, or from today.
fn days(span: &Span, today: NaiveDate, longest: u32) -> Result<(NaiveDate, NaiveDate), ApiError> {
    let year = Days::new(USUAL_DAYS - 1);
    let to = match (span.from, span.to) {
        (_, Some(to)) => to,
        (Some(from), None) if from > today => from,
        (_, None) => today,
    };
    let from = span.from.or(to.checked_sub_days(year)).unwrap_or(to);
    let count = (to - from).num_days() + 1;
    if count < 1 {
        return Err(ApiError::bad("from must not be after to"));
    }
    if count > i64::from(longest) {
        return Err(ApiError::bad(format!(
            "from and to must be at most {longest} days apart"
        )));
    }
    Ok((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn span(from: Option<&str>, to: Option<&str>) -> Result<(NaiveDate, NaiveDate), ApiError> {
        let span = Span {
            from: from.map(day),
            to: to.map(day),
            by: By::Upload,
        };
        days(&span, day("2024-12-31"), 400)
    }

    #[test]
    fn missing_days_make_a_year() {
        let both = span(Some("2024-01-01"), Some("2024-01-31")).unwrap();
        assert_eq!(both, (day("2024-01-01"), day("2024-01-31")));
        assert_eq!(span(None, None).unwrap(), (day("2024-01-02"), day("2024-12-31")));
        assert_eq!(span(Some("2024-12-01"), None).unwrap().1, day("2024-12-31"));
        assert_eq!(span(None, Some("2020-12-31")).unwrap().0, day("2020-01-02"));
    }

    #[test]
    fn a_span_is_neither_backwards_nor_endless() {
        assert!(span(Some("2024-02-01"), Some("2024-01-31")).is_err());
        assert!(span(Some("2023-11-28"), Some("2024-12-31")).is_ok());
        assert!(span(Some("2023-11-27"), Some("2024-12-31")).is_err());
        assert!(span(Some("0001-01-01"), None).is_err());
    }
}
