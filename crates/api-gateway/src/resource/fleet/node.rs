//! The processes of the fleet, and the orders of their nodes.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use safelight_core::{
    fleet::{self, Member, OrderChange},
    jobs::engine::OperatorState,
};
use serde::Serialize;
use serde_json::Value;
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

/// [`Member`] as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    id: Uuid,
    service: String,
    host: String,
    version: String,
    capabilities: Value,
    facts: Value,
    state: String,
    reason: Option<String>,
    desired_state: String,
    hours: Option<String>,
    slots: Value,
    overrides: Value,
    running: i32,
    #[serde(serialize_with = "moment")]
    started_at: DateTime<Utc>,
    #[serde(serialize_with = "moment")]
    heartbeat: DateTime<Utc>,
}

impl From<Member> for Node {
    fn from(member: Member) -> Self {
        Self {
            id: member.boot,
            service: member.service,
            host: member.host,
            version: member.version,
            capabilities: member.capabilities,
            facts: member.facts,
            state: member.state,
            reason: member.reason,
            desired_state: member.desired_state,
            hours: member.hours,
            slots: member.slots,
            overrides: member.overrides,
            running: member.running,
            started_at: member.started_at,
            heartbeat: member.heartbeat,
        }
    }
}

/// `GET /fleet/nodes`
pub(super) async fn all(state: Data<AppState>) -> Reply {
    let members = fleet::members(&mut *state.conn().await?, None).await?;
    Ok(ok(&members.into_iter().map(Node::from).collect::<Vec<_>>()))
}

/// `PUT /fleet/nodes/{id}`
pub(super) async fn update(state: Data<AppState>, id: Params<AnyId>, body: Body<NodeChange>) -> Reply {
    let mut conn = state.conn().await?;
    let NodeChange(change) = body.0;
    fleet::order(&mut conn, &[id.0.0], &change).await?;
    let node = one(&mut conn, id.0.0).await?;
    tell(&node, &change);
    Ok(ok(&node))
}

async fn one(conn: &mut AsyncPgConnection, id: Uuid) -> Result<Node, ApiError> {
    let member = fleet::members(conn, Some(id)).await?.pop();
    member
        .map(Node::from)
        .ok_or_else(|| ApiError::NotFound("Node not found".to_owned()))
}

fn tell(node: &Node, change: &OrderChange) {
    tracing::info!(
        node.host = node.host,
        node.service = node.service,
        state = change.state.map(OperatorState::as_str),
        slots = change.slots.len(),
        hours = node.hours,
        "the orders of a node were changed"
    );
}
