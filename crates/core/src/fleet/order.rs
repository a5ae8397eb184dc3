//! What an operator wants of a node. A node is a service on a host, whichever process that is at the moment: orders outlive
//! processes, and processes that share host name and service share their orders.

use std::collections::BTreeMap;

use diesel::sql_types::{Array, Bool, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use uuid::Uuid;

use super::Hours;
use crate::db::DbError;
use crate::ids::QueueName;
use crate::jobs::engine::OperatorState;

/// The most slots that a queue of a node can be given.
pub const MOST_SLOTS: u32 = 10_000;

/// A change of a node's orders; what is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderChange {
    /// Work, finish, or hand back.
    pub state: Option<OperatorState>,
    /// Slots of queues; `None` for a queue takes the number of the settings again.
    pub slots: BTreeMap<QueueName, Option<u32>>,
    /// The only hours in which it works; `Some(None)` is always.
    pub hours: Option<Option<Hours>>,
}

impl OrderChange {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

const CHANGE: &str = "
insert into node_order (host, service, desired_state, slots, hours)
select distinct host, service, $3, jsonb_strip_nulls($4), $6 from node where boot = any($1)
on conflict (host, service) do update set
    desired_state = case when $2 then excluded.desired_state else node_order.desired_state end,
    slots = jsonb_strip_nulls(node_order.slots || $4),
    hours = case when $5 then excluded.hours else node_order.hours end,
    updated_at = now()";

/// Changes the orders of the nodes to which these processes belong. They follow with their next beat.
///
/// # Errors
/// When the database does not answer.
pub async fn order(conn: &mut AsyncPgConnection, boots: &[Uuid], change: &OrderChange) -> Result<(), DbError> {
    let slots: serde_json::Map<_, _> = change
        .slots
        .iter()
        .map(|(queue, slots)| (queue.as_str().to_owned(), (*slots).into()))
        .collect();
    let state = change.state.filter(|state| *state != OperatorState::Active);
    diesel::sql_query(CHANGE)
        .bind::<Array<SqlUuid>, _>(boots)
        .bind::<Bool, _>(change.state.is_some())
        .bind::<Nullable<Text>, _>(state.map(OperatorState::as_str))
        .bind::<Jsonb, _>(serde_json::Value::Object(slots))
        .bind::<Bool, _>(change.hours.is_some())
        .bind::<Nullable<Text>, _>(change.hours.flatten().map(|hours| hours.to_string()))
        .execute(conn)
        .await?;
    Ok(())
}
