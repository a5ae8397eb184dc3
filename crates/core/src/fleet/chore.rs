//! What the fleet does now and then: it has no leader, so whoever beats when a chore is due takes it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Double, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use serde::Serialize;
use uuid::Uuid;

use super::member::moment;
use crate::db::DbError;

/// What is to be done, and how often. Each has a row of the table `chore`, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chore {
    /// Jobs whose lease has run out go back to their queues.
    Leases,
    /// Nodes that fell silent are noted as gone, those that are long gone are forgotten, and what they had ended is counted.
    Nodes,
    /// Schedules that are due order their jobs.
    Schedules,
    /// Files that were announced and that nobody will finish are deleted.
    Files,
    /// The feed is kept in order: rows that came from another cluster, those without an owner, old lines of its log.
    Feed,
}

impl Chore {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Leases, Self::Nodes, Self::Schedules, Self::Files, Self::Feed];

    /// The name of its row.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leases => "leases",
            Self::Nodes => "nodes",
            Self::Schedules => "schedules",
            Self::Files => "files",
            Self::Feed => "feed",
        }
    }

    /// The chore of that name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|chore| chore.as_str() == name)
    }

    /// When it may be done, where a lease and one run take so long at the most.
    pub(super) fn rhythm(self, lease: Duration, deadline: Duration) -> Rhythm {
        match self {
            // Called for when a lease runs out. Who takes them back may be lost itself: the next does not wait for that.
            Self::Leases => Rhythm {
                every: 6 * lease,
                throttle: lease / 40,
                patience: lease / 40,
            },
            Self::Nodes | Self::Schedules | Self::Files | Self::Feed => Rhythm {
                every: lease,
                throttle: lease,
                patience: deadline,
            },
        }
    }
}

/// When a chore is done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rhythm {
    /// So often, where nothing calls for it.
    every: Duration,
    /// Whatever calls for it, it is not begun again earlier than this.
    throttle: Duration,
    /// A run that has not ended is left alone for so long; then its process counts as lost.
    patience: Duration,
}

const TAKE: &str = "
update chore set started_at = now(), node = $2, due_at = now() + greatest($3, $5) * interval '1 second'
where name = $1
  and (started_at is null
       or (started_at <= now() - $4 * interval '1 second'
           and (ended_at >= started_at or started_at <= now() - $5 * interval '1 second')))";

/// Takes a chore for this process; false where somebody is doing it, or has done it a moment ago.
pub(super) async fn take(
    conn: &mut AsyncPgConnection,
    chore: Chore,
    rhythm: Rhythm,
    boot: Uuid,
) -> Result<bool, DbError> {
    let taken = diesel::sql_query(TAKE)
        .bind::<Text, _>(chore.as_str())
        .bind::<SqlUuid, _>(boot)
        .bind::<Double, _>(rhythm.every.as_secs_f64())
        .bind::<Double, _>(rhythm.throttle.as_secs_f64())
        .bind::<Double, _>(rhythm.patience.as_secs_f64())
        .execute(conn)
        .await?;
    Ok(taken == 1)
}

/// Notes how the chore ended that this process has taken, and when it is due again. Where another has taken it since, that one
/// has the word.
pub(super) async fn note(
    conn: &mut AsyncPgConnection,
    chore: Chore,
    rhythm: Rhythm,
    boot: Uuid,
    error: Option<&str>,
) -> Result<(), DbError> {
    diesel::sql_query(
        "update chore set ended_at = now(), error = $3, due_at = started_at + $4 * interval '1 second' \
         where name = $1 and node = $2",
    )
    .bind::<Text, _>(chore.as_str())
    .bind::<SqlUuid, _>(boot)
    .bind::<Nullable<Text>, _>(error)
    .bind::<Double, _>(rhythm.every.as_secs_f64())
    .execute(conn)
    .await?;
    Ok(())
}

/// How a chore went the last time. As JSON it is what `/api/fleet/chores` shows.
#[derive(Debug, Clone, diesel::QueryableByName, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChoreRun {
    /// Which.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// When it is done next, unless something calls for it before.
    #[diesel(sql_type = Timestamptz)]
    #[serde(serialize_with = "moment")]
    pub due_at: DateTime<Utc>,
    /// When it was begun last; null before the first time.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    #[serde(serialize_with = "moment_or_null")]
    pub started_at: Option<DateTime<Utc>>,
    /// How long that took; null while it runs, and where its process was lost.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub duration_ms: Option<i64>,
    /// What went wrong the last time it ended.
    #[diesel(sql_type = Nullable<Text>)]
    pub error: Option<String>,
    /// The process that did it.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub node: Option<Uuid>,
}

const RUNS: &str = "
select name, due_at, started_at, error, node,
  case when ended_at >= started_at then (extract(epoch from ended_at - started_at) * 1000)::bigint end as duration_ms
from chore order by name";

/// All chores.
///
/// # Errors
/// When the database does not answer.
pub async fn chore_runs(conn: &mut AsyncPgConnection) -> Result<Vec<ChoreRun>, DbError> {
    Ok(diesel::sql_query(RUNS).load(conn).await?)
}

#[expect(clippy::ref_option, reason = "serde hands fields over so")]
fn moment_or_null<S: serde::Serializer>(value: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => moment(value, serializer),
        None => serializer.serialize_none(),
    }
}
