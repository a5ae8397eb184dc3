use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::sql_types::{BigInt, Bool, Double, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use serde::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use crate::db::DbError;

/// A process of the fleet, with the orders of its node. As JSON it is what `/api/fleet/nodes` and the command line show.
#[derive(Debug, Clone, diesel::QueryableByName, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// New at every start.
    #[diesel(sql_type = SqlUuid)]
    #[serde(rename = "id")]
    pub boot: Uuid,
    /// The binary.
    #[diesel(sql_type = Text)]
    pub service: String,
    /// The machine.
    #[diesel(sql_type = Text)]
    pub host: String,
    /// The release.
    #[diesel(sql_type = Text)]
    pub version: String,
    /// What it has proved it can do.
    #[diesel(sql_type = Jsonb)]
    pub capabilities: Value,
    /// What it found out about its machine.
    #[diesel(sql_type = Jsonb)]
    pub facts: Value,
    /// `active`, `quiet`, `paused`, `ill` or `gone`, as the process says itself.
    #[diesel(sql_type = Text)]
    pub state: String,
    /// Why it does not work.
    #[diesel(sql_type = Nullable<Text>)]
    pub reason: Option<String>,
    /// What the operator wants: `active`, `quiet` or `paused`.
    #[diesel(sql_type = Text)]
    pub desired_state: String,
    /// The only hours in which it works.
    #[diesel(sql_type = Nullable<Text>)]
    pub hours: Option<String>,
    /// Slots by queue, as it runs them now.
    #[diesel(sql_type = Jsonb)]
    pub slots: Value,
    /// Slots by queue that an operator gave it.
    #[diesel(sql_type = Jsonb)]
    pub overrides: Value,
    /// Jobs that run there.
    #[diesel(sql_type = Integer)]
    pub running: i32,
    /// When it started.
    #[diesel(sql_type = Timestamptz)]
    #[serde(serialize_with = "moment")]
    pub started_at: DateTime<Utc>,
    /// When it was heard last.
    #[diesel(sql_type = Timestamptz)]
    #[serde(serialize_with = "moment")]
    pub heartbeat: DateTime<Utc>,
    /// Whether it has not been heard of for as long as a lease lasts, and is not known to be gone yet: its leases run out, and
    /// others take its work over.
    #[diesel(sql_type = Bool)]
    pub is_silent: bool,
    /// Jobs whose rows still say that it runs them. Where it is silent, the others of `running` have been taken over.
    #[diesel(sql_type = BigInt)]
    pub held: i64,
}

const MEMBERS: &str = "
select n.boot, n.service, n.host, n.version, n.capabilities, n.facts,
  case when n.state <> 'gone' and n.heartbeat < now() - interval '30 seconds' then 'gone' else n.state end as state,
  n.reason, coalesce(o.desired_state, 'active') as desired_state, o.hours, n.slots, coalesce(o.slots, '{}') as overrides,
  n.running, n.started_at, n.heartbeat,
  n.state <> 'gone' and n.heartbeat between now() - interval '30 seconds' and now() - $2 * interval '1 second' as is_silent,
  (select count(*) from job where job.owner = n.boot and job.state = 'active') as held
from node n left join node_order o on o.host = n.host and o.service = n.service
where $1 is null or n.boot = $1
order by n.host, n.service, n.started_at";

/// The processes of the fleet, those that are gone for less than a day among them; only one of them where `boot` says so. One that has not
/// beaten for as long as `lease` is silent.
///
/// # Errors
/// When the database does not answer.
pub async fn members(
    conn: &mut AsyncPgConnection,
    boot: Option<Uuid>,
    lease: Duration,
) -> Result<Vec<Member>, DbError> {
    Ok(diesel::sql_query(MEMBERS)
        .bind::<Nullable<SqlUuid>, _>(boot)
        .bind::<Double, _>(lease.as_secs_f64())
        .load(conn)
        .await?)
}

/// As all of the API writes a moment: UTC, three digits, `Z`.
pub(super) fn moment<S: Serializer>(moment: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&moment.to_rfc3339_opts(SecondsFormat::Millis, true))
}
