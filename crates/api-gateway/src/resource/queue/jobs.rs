//! The jobs of a queue.

use actix_web::web;
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::wire::{Named, Search, Status};
use crate::{
    http::{
        params::Params,
        query::Query,
        reply::{Reply, ok},
    },
    state::AppState,
};

/// The most jobs of one answer.
const LIMIT: i64 = 1001;

/// What runs comes first, then the newest.
const LIST: &str = "
select j.id, j.kind, j.created_at, j.dedup_key, j.payload, j.source, j.notify
from job j join queue q on q.name = j.queue
cross join lateral (select case
    when j.state = 'active' then 'active'
    when j.state = 'parked' then 'failed'
    when j.state = 'delayed' and j.run_at > now() then 'delayed'
    when q.is_paused then 'paused'
    else 'waiting' end as word) status
where j.queue = $1 and (status.word = any($2) or (status.word = 'paused' and 'waiting' = any($2)))
order by j.state = 'active' desc, j.id desc limit $3";

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
}

/// `QueueJobResponseDto`
#[derive(Serialize)]
struct JobView {
    id: Uuid,
    name: String,
    /// Milliseconds since 1970.
    timestamp: i64,
    data: Map<String, Value>,
}

/// `GET /queues/{name}/jobs`
pub(super) async fn list(state: web::Data<AppState>, queue: Params<Named>, search: Query<Search>) -> Reply {
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
        Self {
            id: row.id,
            name: row.kind,
            timestamp: row.created_at.timestamp_millis(),
            data,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_job_shows_its_subject_and_source() {
        let subject = "00000000-0000-4000-8000-000000000000";
        let row = JobRow {
            id: Uuid::nil(),
            kind: "AssetExtractMetadata".to_owned(),
            created_at: chrono::DateTime::from_timestamp_millis(1_700_000_000_123).unwrap(),
            dedup_key: Some(subject.to_owned()),
            payload: json!({}),
            source: Some("upload".to_owned()),
            notify: false,
        };
        assert_eq!(
            serde_json::to_value(JobView::from(row)).unwrap(),
            json!({
                "id": Uuid::nil(),
                "name": "AssetExtractMetadata",
                "timestamp": 1_700_000_000_123_i64,
                "data": {"id": subject, "source": "upload"}
            })
        );
    }
}
