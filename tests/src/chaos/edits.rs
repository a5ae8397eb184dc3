//! Edits that deadlock: people change the newest assets, whose results workers are just writing, and transactions that know of no
//! order lock the same rows forwards and backwards.

use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::json;
use tokio::time::{Instant, sleep, timeout};
use tokio_postgres::Client;

use super::stage::Stage;

/// So many of the newest assets are meant.
const NEWEST: &str = "select id from asset order by created_at desc, id limit 6";
/// Between the locks of one transaction, in seconds: longer than that of others takes.
const STEP: &str = "0.05";
/// A client gives up waiting for an answer after this time.
const PATIENCE: Duration = Duration::from_secs(20);
/// And takes a breath before it asks again.
const BREATH: Duration = Duration::from_millis(100);

/// Goes on for so long. Where Postgres is hurt meanwhile, or a gateway, the others go on.
pub(super) async fn deadlock(stage: &Stage, lasts: Duration) -> Result<()> {
    let end = Instant::now() + lasts;
    let (forwards, backwards) = (lock(stage, "asc", end), lock(stage, "desc", end));
    let (person, other) = (edit(stage, "asc", end), edit(stage, "desc", end));
    let ((), (), first, second) = tokio::join!(forwards, backwards, person, other);
    first.and(second)
}

/// Locks the rows one after the other, and lets them go, again and again. What ends it is what it is for.
async fn lock(stage: &Stage, order: &str, end: Instant) {
    let statement = format!(
        "do $$ declare found uuid; begin
             for found in select id from ({NEWEST}) newest order by id {order} loop
                 perform from asset where id = found for update;
                 perform pg_sleep({STEP});
             end loop;
         end $$"
    );
    while Instant::now() < end {
        let Ok(sql) = stage.system.sql().await else {
            sleep(BREATH).await;
            continue;
        };
        let locks = async {
            while sql.batch_execute(&statement).await.is_ok() {
                sleep(BREATH).await;
            }
        };
        let _ = timeout(end.saturating_duration_since(Instant::now()), locks).await;
    }
}

/// Changes them all at once, again and again. An answer is that it is done, that it is not at the moment, or none.
async fn edit(stage: &Stage, order: &str, end: Instant) -> Result<()> {
    let mut is_favorite = false;
    while Instant::now() < end {
        is_favorite = !is_favorite;
        let ids = match stage.system.sql().await {
            Ok(sql) => newest(&sql, order).await.unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        if !ids.is_empty() {
            let change = json!({"ids": ids, "isFavorite": is_favorite});
            let answer = timeout(PATIENCE, stage.admin.put("/api/assets", &change)).await;
            if let Ok(Ok(answer)) = answer
                && !matches!(answer.status, 204 | 503)
            {
                bail!("an edit was answered {}: {}", answer.status, answer.text());
            }
        }
        sleep(BREATH).await;
    }
    Ok(())
}

async fn newest(sql: &Client, order: &str) -> Result<Vec<String>> {
    let query = format!("select id::text from ({NEWEST}) newest order by id {order}");
    let rows = sql.query(&query, &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
