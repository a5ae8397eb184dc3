//! Assets by chance, without looking at all of them.
//!
//! Ids are random themselves. So what comes in their order behind a random place is a fair sample, as long as it is large enough
//! that the gaps between ids even out: of a thousand assets each is found as often as every other to within three percent. What
//! only few assets have is looked up as any other question, and all of it is shuffled.

use diesel_async::AsyncPgConnection;
use safelight_core::ids::Visibility;
use uuid::Uuid;

use super::{filter::Question, statement::source, wire::Filter};
use crate::{
    http::error::ApiError,
    resource::statement::{Conditions, Value},
};

/// Of more assets than these, enough lie near any place in the order of ids.
const FEW: i64 = 10_000;
/// Assets from which some are chosen: so many for each that is wanted, and at least the second number.
const SAMPLE: (i64, i64) = (4, 1_000);

/// At most `wanted` ids of what the question finds, each as likely as every other.
///
/// # Errors
/// The database.
pub(super) async fn ids(
    conn: &mut AsyncPgConnection,
    filter: &Filter,
    question: Question,
    wanted: i64,
) -> Result<Vec<Uuid>, ApiError> {
    let found = if is_about_most(filter) {
        sample(conn, question, wanted).await?
    } else {
        let found = some(conn, question.clone()).await?;
        if i64::try_from(found.len()).is_ok_and(|found| found > FEW) {
            sample(conn, question, wanted).await?
        } else {
            found
        }
    };
    shuffle(conn, found, wanted).await
}

/// The tags of each asset on the way, however many have what is asked for: the planner would read all of those, and sort them.
const WITH_TAGS: &str = "asset a cross join lateral (select * from asset_exif where asset_id = a.id offset 0) e";

/// Whether most of what is in a timeline is meant, so that there is no need to find out.
fn is_about_most(filter: &Filter) -> bool {
    let plain = Filter {
        visibility: filter.visibility.filter(|place| *place == Visibility::Timeline),
        ..Filter::default()
    };
    *filter == plain
}

async fn some(conn: &mut AsyncPgConnection, question: Question) -> Result<Vec<Uuid>, ApiError> {
    let source = source(&question);
    let Question { mut conditions, .. } = question;
    let text = conditions.text();
    let limit = conditions.value(Value::Number(FEW + 1));
    let statement = format!("select a.id from {source} where {text} limit {limit}");
    Ok(conditions.ids(conn, statement).await?)
}

/// What lies behind a random place, and from the beginning on where that is near the end.
async fn sample(conn: &mut AsyncPgConnection, question: Question, wanted: i64) -> Result<Vec<Uuid>, ApiError> {
    let source = if question.exif { WITH_TAGS } else { "asset a" };
    let Question { mut conditions, .. } = question;
    let text = conditions.text();
    let (each, least) = SAMPLE;
    let limit = conditions.value(Value::Number((wanted * each).max(least)));
    let part = |side: &str| {
        format!(
            "(select a.id from {source} where {text} and a.id {side} (select id from start) order by a.id limit {limit})"
        )
    };
    let statement = format!(
        "with start as materialized (select gen_random_uuid() as id) \
         select id from ({} union all {}) found limit {limit}",
        part(">="),
        part("<")
    );
    Ok(conditions.ids(conn, statement).await?)
}

async fn shuffle(conn: &mut AsyncPgConnection, found: Vec<Uuid>, wanted: i64) -> Result<Vec<Uuid>, ApiError> {
    if found.is_empty() {
        return Ok(found);
    }
    let mut conditions = Conditions::default();
    let found = conditions.value(Value::Ids(found));
    let wanted = conditions.value(Value::Number(wanted));
    let statement = format!("select id from unnest({found}::uuid[]) found (id) order by random() limit {wanted}");
    Ok(conditions.ids(conn, statement).await?)
}
