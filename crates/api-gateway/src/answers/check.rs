//! Whether something was touched since a snapshot.

use std::sync::Arc;

use chrono::NaiveDate;
use diesel::{
    QueryableByName,
    sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::db::prepared;
use uuid::Uuid;

use super::{Calendar, Touched};
use crate::http::error::ApiError;

/// A moment of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Of which generation the rows are.
    generation: i64,
    /// `pg_snapshot`: which transactions were seen.
    snapshot: Arc<str>,
}

#[cfg(test)]
impl Default for Stamp {
    fn default() -> Self {
        Self {
            generation: 1,
            snapshot: "1:1:".into(),
        }
    }
}

/// More lines than these count as all months.
const MOST: usize = 5_000;

// A snapshot says exactly what it saw: also what was committed before it while something older still ran. A cluster that
// went back in time has smaller numbers, and nothing can be compared.
const CHECK: &str = "
select feed.generation, pg_current_snapshot()::text as snapshot,
    feed.generation = $1 and pg_snapshot_xmin($2::pg_snapshot) > feed.untold_xid
        and pg_snapshot_xmin($2::pg_snapshot) <= pg_snapshot_xmin(pg_current_snapshot()) as is_comparable,
    array(select case when $4 then added else taken end::text from touched
        where scope = $3 and changed_xid >= pg_snapshot_xmin($2::pg_snapshot)
          and not pg_visible_in_snapshot(changed_xid, $2::pg_snapshot)
        limit 5000) as months
from feed";

const NOW: &str = "select generation, pg_current_snapshot()::text as snapshot from feed";

#[derive(QueryableByName)]
struct Now {
    #[diesel(sql_type = BigInt)]
    generation: i64,
    #[diesel(sql_type = Text)]
    snapshot: String,
}

impl From<Now> for Stamp {
    fn from(now: Now) -> Self {
        Self {
            generation: now.generation,
            snapshot: now.snapshot.into(),
        }
    }
}

#[derive(QueryableByName)]
struct Checked {
    #[diesel(embed)]
    now: Now,
    #[diesel(sql_type = Bool)]
    is_comparable: bool,
    #[diesel(sql_type = Array<Text>)]
    months: Vec<String>,
}

/// What of an owner was touched that `since` did not see, and the moment at which that is known.
pub(super) async fn check(
    conn: &mut AsyncPgConnection,
    since: &Stamp,
    owner: Uuid,
    calendar: Calendar,
) -> Result<(Option<Touched>, Stamp), ApiError> {
    let checked: Checked = prepared(CHECK)
        .bind::<BigInt, _>(since.generation)
        .bind::<Text, _>(since.snapshot.to_string())
        .bind::<SqlUuid, _>(owner)
        .bind::<Bool, _>(calendar == Calendar::Added)
        .get_result(conn)
        .await?;
    let touched = if checked.is_comparable {
        months(&checked.months)
    } else {
        Some(Touched::All)
    };
    Ok((touched, checked.now.into()))
}

/// This moment.
pub(super) async fn now(conn: &mut AsyncPgConnection) -> Result<Stamp, ApiError> {
    Ok(prepared(NOW).get_result::<Now>(conn).await?.into())
}

fn months(lines: &[String]) -> Option<Touched> {
    if lines.is_empty() {
        return None;
    }
    let months: Option<Vec<NaiveDate>> = lines.iter().map(|line| line.parse().ok()).collect();
    // A line that is about no month is about everything.
    let Some(mut months) = months.filter(|months| months.len() < MOST) else {
        return Some(Touched::All);
    };
    months.sort_unstable();
    months.dedup();
    Some(Touched::Months(months))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_months() {
        let lines = |lines: &[&str]| months(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>());
        assert_eq!(lines(&[]), None);
        let march = NaiveDate::from_ymd_opt(2024, 3, 1).unwrap();
        assert_eq!(lines(&["2024-03-01", "2024-03-01"]), Some(Touched::Months(vec![march])));
        assert_eq!(lines(&["2024-03-01", "-infinity"]), Some(Touched::All));
        assert_eq!(lines(&vec!["2024-03-01"; MOST]), Some(Touched::All));
    }
}
