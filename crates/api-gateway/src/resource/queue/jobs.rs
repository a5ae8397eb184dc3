//! The jobs of a queue.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Float4, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::wire::{Named, Search, Status};
use crate::http::reply::ok;
use crate::prelude::*;

/// The most jobs of one answer.
const LIMIT: i64 = 1001;

/// Why a job was given up whose last attempt left no word: a loss has no reason that anybody could write down.
const LOST: &str = "Every worker that took it was lost";

/// What runs comes first, then the newest. Each state gives no more than a page, in the order of its own index: of what is delayed,
/// what is due first.
const LIST: &str = "
with asked as (
    select 'waiting' = any($2) or ('paused' = any($2) and is_paused) as for_due from queue where name = $1
),
found as (
    (select id, true as is_active from job where queue = $1 and state = 'active' and 'active' = any($2)
     order by id desc limit $3)
    union all
    (select id, false from job where queue = $1 and state = 'parked' and 'failed' = any($2) order by id desc limit $3)
    union all
    (select id, false from job where queue = $1 and state = 'delayed' and run_at > now() and 'delayed' = any($2)
     order by run_at limit $3)
    union all
    (select id, false from job where queue = $1 and state = 'waiting' and (select for_due from asked)
     order by id desc limit $3)
    union all
    (select id, false from job where queue = $1 and state = 'delayed' and run_at <= now() and (select for_due from asked)
     order by run_at limit $3)
)
select j.id, j.kind, j.created_at, j.dedup_key, j.payload, j.source, j.notify, j.state, j.progress,
  j.history -> -1 ->> 'reason' as last_reason
from (select id, is_active from found order by is_active desc, id desc limit $3) page join job j using (id)
order by page.is_active desc, j.id desc";

#[derive(QueryableByName)]
struct JobRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Timestamptz)]
    created_at: chrono::DateTime<chrono::Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    dedup_key: Option<String>,
    #[diesel(sql_type = Jsonb)]
    payload: Value,
    #[diesel(sql_type = Nullable<Text>)]
    source: Option<String>,
    #[diesel(sql_type = Bool)]
    notify: bool,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<Float4>)]
    progress: Option<f32>,
    #[diesel(sql_type = Nullable<Text>)]
    last_reason: Option<String>,
}

/// `QueueJobResponseDto`, and what our own page shows of jobs that run or were given up.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JobView {
    id: Uuid,
    name: String,
    /// Milliseconds since 1970.
    timestamp: i64,
    data: Map<String, Value>,
    /// How far it is, from 0 to 1; null where its kind does not tell. Absent unless it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<Option<f32>>,
    /// Why it was given up. Absent unless it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed_reason: Option<String>,
}

/// `GET /queues/{name}/jobs`
pub(super) async fn list(state: Data<AppState>, queue: Params<Named>, search: Query<Search>) -> Reply {
    let words: Vec<&str> = match &search.0.status {
        None => vec!["active", "failed", "delayed", "waiting", "paused"],
        Some(asked) => asked.iter().filter_map(|status| word(*status)).collect(),
    };
    let rows: Vec<JobRow> = sql_query(LIST)
        .bind::<Text, _>(queue.0.0.as_str())
        .bind::<Array<Text>, _>(words)
        .bind::<BigInt, _>(LIMIT)
        .load(&mut state.pool.get().await?)
        .await?;
    Ok(ok(&rows.into_iter().map(JobView::from).collect::<Vec<_>>()))
}

/// The word of the statement above; done jobs have no rows.
fn word(status: Status) -> Option<&'static str> {
    match status {
        Status::Active => Some("active"),
        Status::Failed => Some("failed"),
        Status::Completed => None,
        Status::Delayed => Some("delayed"),
        Status::Waiting => Some("waiting"),
        Status::Paused => Some("paused"),
    }
}

impl From<JobRow> for JobView {
    fn from(row: JobRow) -> Self {
        let mut data = Map::new();
        if let Some(subject) = row.dedup_key.filter(|key| Uuid::try_parse(key).is_ok()) {
            data.insert("id".to_owned(), subject.into());
        }
        if let Some(source) = row.source {
            data.insert("source".to_owned(), source.into());
        }
        if row.notify {
            data.insert("notify".to_owned(), true.into());
        }
        if let Value::Object(payload) = row.payload {
            data.extend(payload);
        }
        let reason = row.last_reason.unwrap_or_else(|| LOST.to_owned());
        Self {
            id: row.id,
            name: row.kind,
            timestamp: row.created_at.timestamp_millis(),
            data,
            progress: (row.state == "active").then_some(row.progress),
            failed_reason: (row.state == "parked").then_some(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SUBJECT: &str = "00000000-0000-4000-8000-000000000000";

    fn row(state: &str) -> JobRow {
        JobRow {
            id: Uuid::nil(),
            kind: "AssetExtractMetadata".to_owned(),
            created_at: chrono::DateTime::from_timestamp_millis(1_700_000_000_123).unwrap(),
            dedup_key: Some(SUBJECT.to_owned()),
            payload: json!({}),
            source: Some("upload".to_owned()),
            notify: false,
            state: state.to_owned(),
            progress: None,
            last_reason: None,
        }
    }

    fn shown(row: JobRow) -> Value {
        serde_json::to_value(JobView::from(row)).unwrap()
    }

    #[test]
    fn a_job_shows_its_subject_and_source() {
        assert_eq!(
            shown(row("waiting")),
            json!({
                "id": Uuid::nil(),
                "name": "AssetExtractMetadata",
                "timestamp": 1_700_000_000_123_i64,
                "data": {"id": SUBJECT, "source": "upload"}
            })
        );
    }

    #[test]
    fn what_runs_tells_how_far_it_is() {
        let running = |progress| {
            shown(JobRow {
                progress,
                ..row("active")
            })
        };
        assert_eq!(running(Some(0.25))["progress"], json!(0.25));
        assert_eq!(running(None).get("progress"), Some(&Value::Null));
    }

    #[test]
    fn what_was_given_up_tells_why() {
        let parked = |reason: Option<&str>| {
            let given_up = JobRow {
                last_reason: reason.map(str::to_owned),
                ..row("parked")
            };
            shown(given_up)["failedReason"].clone()
        };
        assert_eq!(parked(Some("not a picture")), json!("not a picture"));
        assert_eq!(parked(None), json!(LOST));
    }
}
