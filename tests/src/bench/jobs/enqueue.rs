//! Rows written a second: every one is durable when the transaction has ended.

use std::time::Instant;

use anyhow::Result;
use diesel_async::AsyncConnection as _;
use safelight_core::db::DbError;
use safelight_core::jobs::{BulkOptions, NewJob, Wakes, enqueue, enqueue_set_with};
use uuid::Uuid;

use super::super::Table;
use super::super::load::spread;
use super::super::usage::count;
use super::kind::{BenchJob, BenchPayload};
use super::rig::Rig;
use super::{Bull, Options, ratio};

/// Jobs of one transaction.
const GROUP: usize = 200;

pub(super) async fn run(rig: &Rig, options: &Options, bull: &Bull) -> Result<Table> {
    let mut table = Table::new("Jobs enqueued, each a durable row; the peer keeps them in memory");
    let rate = in_bulk(rig, options.jobs).await?;
    let peer = ratio("BullMQ addBulk by 1,000", rate, bull.added_in_bulk);
    table.against("by one statement", format!("{rate:.0} jobs/s"), peer);
    rig.clear().await?;
    let rate = in_groups(rig, options.jobs / 4).await?;
    let peer = ratio("BullMQ addBulk by 200", rate, bull.added_in_groups);
    table.against("200 in a transaction", format!("{rate:.0} jobs/s"), peer);
    rig.clear().await?;
    for lanes in [1, 4] {
        let rate = singly(rig, options.singles, lanes).await?;
        let peer = ratio("BullMQ add, one after the other", rate, bull.added_singly);
        let what = format!("one by one, each its own transaction, {lanes} connection(s)");
        table.against(&what, format!("{rate:.0} jobs/s"), peer);
        rig.clear().await?;
    }
    Ok(table)
}

/// As a run over a library is enqueued.
pub(super) async fn in_bulk(rig: &Rig, jobs: usize) -> Result<f64> {
    let mut conn = rig.pool.get().await?;
    let mut wakes = Wakes::default();
    let subjects = format!("select gen_random_uuid() as id from generate_series(1, {jobs})");
    let (options, payload) = (BulkOptions::default(), BenchPayload::default());
    let begun = Instant::now();
    enqueue_set_with::<BenchJob>(&mut conn, &mut wakes, options, &payload, &subjects).await?;
    rig.waker.send(wakes).await;
    Ok(count(jobs) / begun.elapsed().as_secs_f64())
}

async fn in_groups(rig: &Rig, jobs: usize) -> Result<f64> {
    let mut conn = rig.pool.get().await?;
    let groups = jobs.div_ceil(GROUP);
    let begun = Instant::now();
    for _ in 0..groups {
        let mut wakes = Wakes::default();
        conn.transaction(async |conn| {
            for _ in 0..GROUP {
                enqueue(conn, &mut wakes, job()).await?;
            }
            Ok::<_, DbError>(())
        })
        .await?;
        rig.waker.send(wakes).await;
    }
    Ok(count(groups * GROUP) / begun.elapsed().as_secs_f64())
}

async fn singly(rig: &Rig, jobs: usize, lanes: usize) -> Result<f64> {
    let (pool, sender) = (rig.pool.clone(), rig.waker.clone());
    let timing = spread(jobs, lanes, move |_| {
        let (pool, sender) = (pool.clone(), sender.clone());
        async move {
            let mut wakes = Wakes::default();
            enqueue(&mut *pool.get().await?, &mut wakes, job()).await?;
            sender.send(wakes).await;
            Ok(())
        }
    })
    .await?;
    Ok(timing.rate())
}

fn job() -> NewJob<BenchJob> {
    NewJob::keyed(BenchPayload::default(), Uuid::new_v4().to_string())
}
