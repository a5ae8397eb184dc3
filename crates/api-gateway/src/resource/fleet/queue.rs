//! Queues with their limits for the whole fleet.

use std::collections::HashMap;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Integer, Nullable, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::ids::QueueName;
use serde::Serialize;

use super::wire::QueueChange;
use crate::prelude::*;
use crate::{
    http::reply::ok,
    resource::queue::{
        counts,
        wire::{Named, Queue},
    },
};

/// Queues whose work is not made for two at once: whoever runs second would undo or repeat what the first does.
pub(crate) const ONE_AT_A_TIME: &[QueueName] = &[
    QueueName::StorageTemplateMigration,
    QueueName::DuplicateDetection,
    QueueName::FacialRecognition,
    QueueName::BackupDatabase,
];

/// A queue as admins of the fleet see it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FleetQueue {
    #[serde(flatten)]
    queue: Queue,
    /// The most jobs that may be active over all nodes; null is no limit.
    max_active: Option<i32>,
}

#[derive(QueryableByName)]
struct LimitRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Integer>)]
    max_active: Option<i32>,
}

/// `GET /fleet/queues`
pub(super) async fn all(state: Data<AppState>) -> Reply {
    Ok(ok(&queues(&mut *state.conn().await?, &state).await?))
}

/// `PUT /fleet/queues/{name}`
pub(super) async fn update(state: Data<AppState>, queue: Params<Named>, body: Body<QueueChange>) -> Reply {
    let queue = queue.0.0;
    let mut conn = state.conn().await?;
    if let Some(max_active) = body.0.max_active {
        let max_active = max_active.and_then(|most| i32::try_from(most).ok());
        if ONE_AT_A_TIME.contains(&queue) && max_active != Some(1) {
            return Err(ApiError::bad(format!("The queue {queue} must run one job at a time")));
        }
        sql_query("update queue set max_active = $2, updated_at = now() where name = $1")
            .bind::<Text, _>(queue.as_str())
            .bind::<Nullable<Integer>, _>(max_active)
            .execute(&mut conn)
            .await?;
        tracing::info!(queue = %queue, max_active, "the limit of a queue was changed");
    }
    let all = queues(&mut conn, &state).await?;
    let found = all.into_iter().find(|found| found.queue.name == queue);
    Ok(ok(&found.ok_or_else(|| ApiError::internal("a queue was not counted"))?))
}

async fn queues(conn: &mut AsyncPgConnection, state: &AppState) -> Result<Vec<FleetQueue>, ApiError> {
    let rows: Vec<LimitRow> = sql_query("select name, max_active from queue").load(conn).await?;
    let limits: HashMap<String, Option<i32>> = rows.into_iter().map(|row| (row.name, row.max_active)).collect();
    let queues = counts::all(conn, &state.queue_counts).await?;
    Ok(queues
        .into_iter()
        .map(|queue| FleetQueue {
            max_active: limits.get(queue.name.as_str()).copied().flatten(),
            queue,
        })
        .collect())
}
