//! The job engine: rows written and empty jobs done a second, against `BullMQ` on the same Redis.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::load::spread;
use super::usage::float;
use super::{Table, peer};
use crate::client::Client;
use crate::system::{Kind, TestSystem};
use crate::wait::wait_until_for;

const JOBS: u32 = 20_000;
const PATIENCE: Duration = Duration::from_secs(600);

/// Jobs for assets that do not exist: the handler looks, finds nothing and is done. Every one is a durable row, and its
/// end is a fenced transaction.
const BULK: &str = "
insert into job (id, queue, kind, dedup_key, payload, payload_version, class)
select uuid_v7(), 'metadataExtraction', 'AssetExtractMetadata', gen_random_uuid()::text, '{}', 1, 2
from generate_series(1, $1::integer)";

const ONE: &str = "
insert into job (id, queue, kind, dedup_key, payload, payload_version, class)
values (uuid_v7(), 'metadataExtraction', 'AssetExtractMetadata', gen_random_uuid()::text, '{}', 1, 1)";

/// Single rows, each a transaction with its sync to disk.
const SINGLES: usize = 2_000;

pub(super) async fn run() -> Result<Table> {
    let system = TestSystem::builder().durable().start().await?;
    let admin = system.client().sign_up_admin().await?;
    let sql = system.sql().await?;
    let arguments = [system.redis().url(), JOBS.to_string()];
    let bull = peer::run("bullmq.mjs", &arguments).await?;
    let (bull_add, bull_work) = (
        peer::number(&bull, "addedPerSecond")?,
        peer::number(&bull, "donePerSecond")?,
    );
    let mut table = Table::new(&format!(
        "Job engine: {JOBS} empty jobs, Postgres with its default fsync"
    ));

    let begun = Instant::now();
    sql.execute(BULK, &[&i32::try_from(JOBS)?]).await?;
    let added = float(JOBS.into()) / begun.elapsed().as_secs_f64();
    table.against(
        "enqueued by one statement, durable",
        format!("{added:.0} jobs/s"),
        ratio("BullMQ addBulk, in memory", added, bull_add),
    );
    drain(&mut table, &system, &admin, 1, bull_work).await?;
    sql.execute(BULK, &[&i32::try_from(JOBS)?]).await?;
    drain(&mut table, &system, &admin, 4, bull_work).await?;
    for worker in system.services() {
        if worker.kind() == Kind::MetadataWorker {
            worker.terminate().await?;
        }
    }
    let pool: Vec<_> = futures_util::future::try_join_all((0..4).map(|_| system.sql())).await?;
    let pool = std::sync::Arc::new(pool);
    let timing = spread(SINGLES, 4, move |index| {
        let pool = std::sync::Arc::clone(&pool);
        async move {
            if let Some(sql) = pool.get(index % pool.len()) {
                sql.execute(ONE, &[]).await?;
            }
            Ok(())
        }
    })
    .await?;
    table.row(
        "enqueued one by one, a transaction and a sync each, 4 connections",
        timing.text("jobs"),
    );
    Ok(table)
}

/// Starts workers until there are `processes`, and waits for the queue to be empty.
async fn drain(table: &mut Table, system: &TestSystem, admin: &Client, processes: usize, bull: f64) -> Result<()> {
    admin
        .put("/api/queues/metadataExtraction", &serde_json::json!({"isPaused": true}))
        .await?
        .ok()?;
    let running = || {
        let services = system.services().into_iter();
        services
            .filter(|service| service.kind() == Kind::MetadataWorker)
            .count()
    };
    while running() < processes {
        system.start(Kind::MetadataWorker).await?;
    }
    let sql = system.sql().await?;
    let begun = Instant::now();
    admin
        .put(
            "/api/queues/metadataExtraction",
            &serde_json::json!({"isPaused": false}),
        )
        .await?
        .ok()?;
    wait_until_for(PATIENCE, "the queue is empty", || async {
        let row = sql.query_one("select exists (select from job)", &[]).await?;
        Ok(!row.get::<_, bool>(0))
    })
    .await?;
    let rate = float(JOBS.into()) / begun.elapsed().as_secs_f64();
    table.against(
        &format!("claimed, done and completed under the fence, {processes} worker process(es), 5 slots each"),
        format!("{rate:.0} jobs/s"),
        ratio("BullMQ, 1 process, concurrency 5, in memory", rate, bull),
    );
    Ok(())
}

fn ratio(name: &str, ours: f64, theirs: f64) -> String {
    format!("{name}: {theirs:.0} jobs/s, ratio {:.2}", ours / theirs)
}
