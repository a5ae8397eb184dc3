//! Waiting for the queues.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::TestSystem;
use crate::client::Client;
use crate::wait::wait_until_for;

impl TestSystem {
    /// Waits until `GET /jobs` of an admin shows no job waiting, delayed or active in any queue.
    ///
    /// # Errors
    /// When that takes longer than `patience`; the message shows the queues that are not idle.
    pub async fn queues_idle(&self, admin: &Client, patience: Duration) -> Result<()> {
        let waited = wait_until_for(patience, "all queues are idle", || async {
            Ok(busy_queues(&admin.get("/api/jobs").await?.ok()?.json()?).is_empty())
        });
        let Err(error) = waited.await else { return Ok(()) };
        let left = admin
            .get("/api/jobs")
            .await?
            .json()
            .map(|jobs| busy_queues(&jobs))
            .unwrap_or_default();
        let rows = self.jobs_left().await.unwrap_or_default();
        Err(error).with_context(|| format!("still busy: {left:?}; rows: {rows:#?}"))
    }

    /// One line per row of the job table: what a failed wait shows.
    async fn jobs_left(&self) -> Result<Vec<String>> {
        let rows = self
            .sql()
            .await?
            .query("select j::text from job j limit 20", &[])
            .await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}

/// The queues of a `GET /jobs` answer with work left: name, waiting, delayed, active.
pub(crate) fn busy_queues(jobs: &Value) -> Vec<(String, u64, u64, u64)> {
    let count = |queue: &Value, name: &str| {
        queue
            .pointer(&format!("/jobCounts/{name}"))
            .and_then(Value::as_u64)
            .unwrap_or_default()
    };
    let queues = jobs.as_object().into_iter().flatten();
    let counts = queues.map(|(name, queue)| {
        (
            name.clone(),
            count(queue, "waiting"),
            count(queue, "delayed"),
            count(queue, "active"),
        )
    });
    counts
        .filter(|(_, waiting, delayed, active)| waiting + delayed + active > 0)
        .collect()
}
