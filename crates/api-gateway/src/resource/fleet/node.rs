//! The processes of the fleet, and the slots that they have.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::wire::{AnyId, NodeChange, moment};
use crate::{
    http::{
        body::Body,
        error::ApiError,
        params::Params,
        reply::{Reply, ok},
    },
    state::AppState,
};

const NODES: &str = "
select boot, service, host, version, capabilities,
  case when state <> 'gone' and heartbeat < now() - interval '30 seconds' then 'gone' else state end as state,
  reason, slots, overrides, running, started_at, heartbeat
from node where $1 is null or boot = $1
order by host, service, started_at";

/// Numbers take the place of those of the settings, nulls give it back.
const OVERRIDE: &str = "update node set overrides = jsonb_strip_nulls(overrides || $2) where boot = $1";

/// A process of the fleet.
#[derive(QueryableByName, Serialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    /// New at every start.
    #[diesel(sql_type = SqlUuid)]
    #[serde(rename = "id")]
    boot: Uuid,
    #[diesel(sql_type = Text)]
    service: String,
    #[diesel(sql_type = Text)]
    host: String,
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Jsonb)]
    capabilities: Value,
    #[diesel(sql_type = Text)]
    state: String,
    /// Why it is ill.
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
    /// Slots by queue, as it runs them now.
    #[diesel(sql_type = Jsonb)]
    slots: Value,
    /// Slots by queue that an admin gave it.
    #[diesel(sql_type = Jsonb)]
    overrides: Value,
    /// Jobs that run there.
    #[diesel(sql_type = Integer)]
    running: i32,
    #[diesel(sql_type = Timestamptz)]
    #[serde(serialize_with = "moment")]
    started_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    #[serde(serialize_with = "moment")]
    heartbeat: DateTime<Utc>,
}

/// `GET /fleet/nodes`
pub(super) async fn all(state: Data<AppState>) -> Reply {
    Ok(ok(&nodes(&mut *state.conn().await?, None).await?))
}

/// `PUT /fleet/nodes/{id}`
pub(super) async fn update(state: Data<AppState>, id: Params<AnyId>, body: Body<NodeChange>) -> Reply {
    let id = id.0.0;
    let slots: Map<String, Value> = body
        .0
        .slots
        .into_iter()
        .map(|(queue, slots)| (queue.as_str().to_owned(), slots.into()))
        .collect();
    let mut conn = state.conn().await?;
    sql_query(OVERRIDE)
        .bind::<SqlUuid, _>(id)
        .bind::<Jsonb, _>(Value::Object(slots))
        .execute(&mut conn)
        .await?;
    let node = nodes(&mut conn, Some(id)).await?.pop();
    Ok(ok(&node.ok_or_else(|| ApiError::NotFound("Node not found".to_owned()))?))
}

async fn nodes(conn: &mut AsyncPgConnection, only: Option<Uuid>) -> Result<Vec<Node>, ApiError> {
    Ok(sql_query(NODES).bind::<Nullable<SqlUuid>, _>(only).load(conn).await?)
}
