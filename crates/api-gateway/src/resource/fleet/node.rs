//! The processes of the fleet, and the orders of their nodes.

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use safelight_core::{
    fleet::{self, Member, OrderChange},
    jobs::engine::OperatorState,
};
use uuid::Uuid;

use super::wire::{AnyId, NodeChange};
use crate::http::reply::ok;
use crate::prelude::*;

/// `GET /fleet/nodes`
pub(super) async fn all(state: Data<AppState>) -> Reply {
    let lease = state.config.lease;
    Ok(ok(&fleet::members(&mut *state.conn().await?, None, lease).await?))
}

/// `PUT /fleet/nodes/{id}`
pub(super) async fn update(state: Data<AppState>, id: Params<AnyId>, body: Body<NodeChange>) -> Reply {
    let mut conn = state.conn().await?;
    let NodeChange(change) = body.0;
    fleet::order(&mut conn, &[id.0.0], &change).await?;
    let node = one(&mut conn, id.0.0, state.config.lease).await?;
    tell(&node, &change);
    Ok(ok(&node))
}

async fn one(conn: &mut AsyncPgConnection, id: Uuid, lease: Duration) -> Result<Member, ApiError> {
    let member = fleet::members(conn, Some(id), lease).await?.pop();
    member.ok_or_else(|| ApiError::NotFound("Node not found".to_owned()))
}

fn tell(node: &Member, change: &OrderChange) {
    tracing::info!(
        node.host = node.host,
        node.service = node.service,
        state = change.state.map(OperatorState::as_str),
        slots = change.slots.len(),
        hours = node.hours,
        "the orders of a node were changed"
    );
}
