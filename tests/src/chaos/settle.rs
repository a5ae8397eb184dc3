//! After the last fault: waiting until the system has nothing left to do.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::stage::Stage;
use crate::wait::wait_until_for;

/// How long that may take. The files of a dead gateway are left alone for a minute after a restart of Postgres, and a job
/// that failed three times waits for a while.
const LONGEST: Duration = Duration::from_secs(240);

/// Waits until no job is open and no file is about to be written.
///
/// # Errors
/// What is left when time is up.
pub(super) async fn settle(stage: &Stage) -> Result<Duration, String> {
    let begun = Instant::now();
    let left = "select (select count(*) from job where state <> 'parked') + (select count(*) from file_intent)";
    let waited = wait_until_for(LONGEST, "no job is open and no intent is left", async || {
        let left: i64 = stage.system.sql().await?.query_one(left, &[]).await?.get(0);
        Ok(left == 0)
    });
    match waited.await {
        Ok(()) => Ok(begun.elapsed()),
        Err(error) => Err(format!("{error:#}: {}", rows(stage).await.unwrap_or_default())),
    }
}

async fn rows(stage: &Stage) -> Result<String> {
    let rows = "select 'job ' || j::text from (select * from job where state <> 'parked' limit 10) j \
        union all select 'intent ' || i::text from (select * from file_intent limit 10) i";
    let rows = stage.system.sql().await?.query(rows, &[]).await?;
    let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    Ok(lines.join("; "))
}
