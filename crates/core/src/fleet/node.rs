use diesel::sql_types::{Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use uuid::Uuid;

use crate::db::DbError;
use crate::jobs::{Abilities, Announcement};

/// What a process tells of itself when it starts. No part of it is a secret.
#[derive(Debug, Clone)]
pub struct NodeInfo {
    /// New at every start.
    pub boot: Uuid,
    /// The binary.
    pub service: &'static str,
    /// The machine.
    pub host: String,
    /// Which start of which machine it belongs to.
    pub machine: Option<String>,
    /// The release.
    pub version: &'static str,
    /// What it can do, as far as it knows.
    pub abilities: Abilities,
    /// Where its health and metrics are.
    pub health_address: Option<String>,
}

/// Writes the node's row, anew where it was removed while the node was silent.
pub async fn register(conn: &mut AsyncPgConnection, node: &NodeInfo) -> Result<(), DbError> {
    let said = node.abilities.current();
    diesel::sql_query(
        "insert into node (boot, service, host, version, capabilities, health_address, machine, facts) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) \
         on conflict (boot) do update set heartbeat = now(), state = 'active', health_address = excluded.health_address, \
         capabilities = excluded.capabilities, facts = excluded.facts",
    )
    .bind::<SqlUuid, _>(node.boot)
    .bind::<Text, _>(node.service)
    .bind::<Text, _>(&node.host)
    .bind::<Text, _>(node.version)
    .bind::<Jsonb, _>(serde_json::json!(said.capabilities))
    .bind::<Nullable<Text>, _>(node.health_address.as_deref())
    .bind::<Nullable<Text>, _>(node.machine.as_deref())
    .bind::<Jsonb, _>(serde_json::Value::Object(said.facts.clone()))
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes what a node has found out since it registered.
pub async fn announce(conn: &mut AsyncPgConnection, boot: Uuid, said: &Announcement) -> Result<(), DbError> {
    diesel::sql_query("update node set capabilities = $2, facts = $3 where boot = $1")
        .bind::<SqlUuid, _>(boot)
        .bind::<Jsonb, _>(serde_json::json!(said.capabilities))
        .bind::<Jsonb, _>(serde_json::Value::Object(said.facts.clone()))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that the node has left in order.
pub async fn retire(conn: &mut AsyncPgConnection, boot: Uuid) -> Result<(), DbError> {
    diesel::sql_query("update node set state = 'gone', heartbeat = now(), running = 0 where boot = $1")
        .bind::<SqlUuid, _>(boot)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes which nodes have been silent for half a minute, adds up what they had ended since their last beat, and forgets those
/// that have been gone for a day. Their counts are kept under the nil UUID.
pub async fn tidy(conn: &mut AsyncPgConnection) -> Result<(), DbError> {
    diesel::sql_query(
        "update node set state = 'gone', running = 0
         where state <> 'gone' and heartbeat < now() - interval '30 seconds'
           and pg_postmaster_start_time() < now() - interval '1 minute'",
    )
    .execute(conn)
    .await?;
    diesel::sql_query(
        "with ended as (
            delete from queue_ended where node in (select boot from node where state = 'gone')
                                       or not exists (select from node where boot = queue_ended.node)
            returning queue, node, completed
        )
        insert into queue_count (queue, node, completed)
        select queue, node, sum(completed)::bigint from ended group by queue, node
        on conflict (queue, node) do update set completed = queue_count.completed + excluded.completed",
    )
    .execute(conn)
    .await?;
    diesel::sql_query(
        "with forgotten as (
            delete from node where boot in (
                select boot from node where state = 'gone' and heartbeat < now() - interval '1 day'
                limit 100 for update skip locked)
            returning boot
        ), counts as (
            delete from queue_count using forgotten where queue_count.node = forgotten.boot
            returning queue_count.queue, queue_count.completed
        )
        insert into queue_count (queue, node, completed)
        select queue, '00000000-0000-0000-0000-000000000000', sum(completed)::bigint from counts group by queue
        on conflict (queue, node) do update set completed = queue_count.completed + excluded.completed",
    )
    .execute(conn)
    .await?;
    Ok(())
}
