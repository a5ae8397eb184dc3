//! Counting jobs.
//!
//! All counters come from one statement over one snapshot, so a job never falls between two of them. Each is counted up to
//! [`EXACT`]; beyond that nobody asks for the last digit, and a number that may be a second old is taken instead, so that a
//! re-run over a million assets does not make every look at the admin page count a million rows.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Nullable, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::ids::QueueName;
use tokio::sync::Mutex;

use super::wire::{Queue, Statistics};
use crate::http::error::ApiError;

/// Up to here counters are exact.
const EXACT: i64 = 10_000;
/// How old a larger number may be.
const FRESH: Duration = Duration::from_secs(1);

/// Each number goes by the order of the index that begins with the queue: for an equal one the planner would read all jobs, also for
/// a queue that has none, in the hope of finding some soon.
const COUNT: &str = "
select q.name, q.is_paused,
  (select count(*) from (select from job j where j.queue = q.name and j.state = 'active' limit $1) c) as active,
  coalesce((select c.completed from queue_completed c where c.queue = q.name), 0) as completed,
  (select count(*) from (select from job j where j.queue between q.name and q.name and j.state = 'parked'
    order by j.queue, j.id limit $1) c) as failed,
  (select count(*) from (select from job j where j.queue between q.name and q.name and j.state = 'delayed' and j.run_at > now()
    order by j.queue, j.run_at limit $1) c) as delayed,
  (select count(*) from (select from job j where j.queue between q.name and q.name and j.state = 'waiting'
    order by j.queue, j.id limit $1) c)
    + (select count(*) from (select from job j where j.queue between q.name and q.name and j.state = 'delayed' and j.run_at <= now()
        order by j.queue, j.run_at limit $1) c) as due
from queue q where $2 is null or q.name = $2";

/// The same to the end, of queues that have many.
const COUNT_ALL: &str = "
select q.name, (select count(*) from job j where j.queue = q.name and j.state = 'active') as active,
  (select count(*) from job j where j.queue = q.name and j.state = 'parked') as failed,
  (select count(*) from job j where j.queue = q.name and j.state = 'delayed' and j.run_at > now()) as delayed,
  (select count(*) from job j where j.queue = q.name and j.state = 'waiting')
    + (select count(*) from job j where j.queue = q.name and j.state = 'delayed' and j.run_at <= now()) as due
from queue q where q.name = any($1)";

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_paused: bool,
    #[diesel(sql_type = BigInt)]
    completed: i64,
    #[diesel(embed)]
    states: States,
}

/// How many jobs are in which state.
#[derive(Clone, Copy, Debug, Default, QueryableByName)]
struct States {
    #[diesel(sql_type = BigInt)]
    active: i64,
    #[diesel(sql_type = BigInt)]
    failed: i64,
    #[diesel(sql_type = BigInt)]
    delayed: i64,
    #[diesel(sql_type = BigInt)]
    due: i64,
}

#[derive(QueryableByName)]
struct LargeRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(embed)]
    states: States,
}

/// The last numbers of large queues, shared by all requests of a process.
#[derive(Clone, Debug, Default)]
pub(crate) struct LargeCounts {
    last: Arc<Mutex<HashMap<String, (Instant, States)>>>,
}

/// All queues, in the order of the contract.
///
/// # Errors
/// The database.
pub(crate) async fn all(conn: &mut AsyncPgConnection, large: &LargeCounts) -> Result<Vec<Queue>, ApiError> {
    count(conn, large, None).await
}

/// One queue.
///
/// # Errors
/// The database.
pub(crate) async fn one(conn: &mut AsyncPgConnection, large: &LargeCounts, name: QueueName) -> Result<Queue, ApiError> {
    let mut found = count(conn, large, Some(name)).await?;
    found.retain(|queue| queue.name == name);
    found.pop().ok_or_else(|| ApiError::internal("a queue was not counted"))
}

async fn count(
    conn: &mut AsyncPgConnection,
    large: &LargeCounts,
    only: Option<QueueName>,
) -> Result<Vec<Queue>, ApiError> {
    let rows: Vec<CountRow> = sql_query(COUNT)
        .bind::<BigInt, _>(EXACT + 1)
        .bind::<Nullable<Text>, _>(only.map(QueueName::as_str))
        .load(conn)
        .await?;
    let mut rows: HashMap<String, CountRow> = rows.into_iter().map(|row| (row.name.clone(), row)).collect();
    let beyond: Vec<String> = rows
        .values()
        .filter(|row| row.states.is_large())
        .map(|row| row.name.clone())
        .collect();
    if !beyond.is_empty() {
        for (name, states) in large.count(conn, beyond).await? {
            if let Some(row) = rows.get_mut(&name) {
                row.states = row.states.refined(states);
            }
        }
    }
    Ok(QueueName::ALL
        .iter()
        .map(|name| queue(*name, rows.remove(name.as_str())))
        .collect())
}

impl LargeCounts {
    /// Full counts of these queues, at most [`FRESH`] old. Requests that come together wait for one count.
    async fn count(&self, conn: &mut AsyncPgConnection, names: Vec<String>) -> Result<Vec<(String, States)>, ApiError> {
        let mut last = self.last.lock().await;
        let is_stale = |name: &String| last.get(name).is_none_or(|(when, _)| when.elapsed() > FRESH);
        let stale: Vec<String> = names.iter().filter(|name| is_stale(name)).cloned().collect();
        if !stale.is_empty() {
            let rows: Vec<LargeRow> = sql_query(COUNT_ALL).bind::<Array<Text>, _>(stale).load(conn).await?;
            let now = Instant::now();
            last.extend(rows.into_iter().map(|row| (row.name, (now, row.states))));
        }
        Ok(names
            .into_iter()
            .filter_map(|name| last.get(&name).map(|(_, states)| (name.clone(), *states)))
            .collect())
    }
}

impl States {
    fn is_large(&self) -> bool {
        [self.active, self.failed, self.delayed, self.due]
            .iter()
            .any(|count| *count > EXACT)
    }

    /// Takes the numbers of `full` where these stopped counting; small ones stay as exact as they are.
    fn refined(self, full: Self) -> Self {
        let pick = |capped: i64, full: i64| if capped > EXACT { full.max(capped) } else { capped };
        Self {
            active: pick(self.active, full.active),
            failed: pick(self.failed, full.failed),
            delayed: pick(self.delayed, full.delayed),
            due: pick(self.due, full.due),
        }
    }
}

fn queue(name: QueueName, row: Option<CountRow>) -> Queue {
    let (is_paused, completed, states) = row.map_or((false, 0, States::default()), |row| {
        (row.is_paused, row.completed, row.states)
    });
    let (waiting, paused) = if is_paused { (0, states.due) } else { (states.due, 0) };
    let statistics = Statistics {
        active: states.active,
        completed,
        failed: states.failed,
        delayed: states.delayed,
        waiting,
        paused,
    };
    Queue {
        name,
        is_paused,
        statistics,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(is_paused: bool) -> CountRow {
        let states = States {
            active: 1,
            failed: 2,
            delayed: 3,
            due: 4,
        };
        CountRow {
            name: "sidecar".to_owned(),
            is_paused,
            completed: 5,
            states,
        }
    }

    #[test]
    fn what_is_due_counts_as_paused_while_the_queue_is() {
        let running = queue(QueueName::Sidecar, Some(row(false))).statistics;
        assert_eq!((running.waiting, running.paused), (4, 0));
        let paused = queue(QueueName::Sidecar, Some(row(true))).statistics;
        assert_eq!((paused.waiting, paused.paused), (0, 4));
        assert_eq!(
            (paused.active, paused.completed, paused.failed, paused.delayed),
            (1, 5, 2, 3)
        );
    }

    #[test]
    fn only_numbers_beyond_the_limit_are_replaced() {
        let capped = States {
            active: 3,
            failed: 0,
            delayed: 0,
            due: EXACT + 1,
        };
        let full = States {
            active: 9,
            failed: 9,
            delayed: 9,
            due: 500_000,
        };
        let refined = capped.refined(full);
        assert_eq!((refined.active, refined.failed, refined.due), (3, 0, 500_000));
        assert!(capped.is_large() && !States::default().is_large());
    }
}
