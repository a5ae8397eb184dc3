//! From the commit that makes a job to its start, when there is nothing else to do.

use std::time::Duration;

use anyhow::{Result, ensure};
use safelight_core::jobs::{NewJob, Wakes, enqueue};
use uuid::Uuid;

use super::super::Table;
use super::super::peer::{number, run as peer};
use super::kind::{BenchJob, BenchPayload};
use super::rig::{PATIENCE, Rig};
use super::{Options, clock};
use crate::wait::wait_until_for;

pub(super) async fn run(rig: &Rig, options: &Options) -> Result<Table> {
    rig.set_slots(5).await?;
    let _workers = rig.workers(1, &[]).await?;
    let mut times = Vec::new();
    // The first ones make connections and statements.
    for index in 0..options.latencies + 10 {
        let time = once(rig).await?;
        if index >= 10 {
            times.push(time);
        }
    }
    times.sort_unstable();
    let at = |share: usize| {
        let index = times.len().saturating_sub(1) * share / 100;
        times.get(index).map_or(0.0, |time: &Duration| time.as_secs_f64() * 1e3)
    };
    let bull = peer("bullmq-latency.mjs", &[rig.redis_url(), options.latencies.to_string()]).await?;
    let (half, most) = (number(&bull, "p50")?, number(&bull, "p99")?);
    let mut table = Table::new("From commit to start, idle, one job at a time");
    for (name, ours, theirs) in [("p50", at(50), half), ("p99", at(99), most)] {
        let peer = format!(
            "BullMQ, from the answer to add: {theirs:.2} ms, ratio {:.2}",
            ours / theirs
        );
        table.against(name, format!("{ours:.2} ms"), peer);
    }
    Ok(table)
}

/// One job, to its end.
async fn once(rig: &Rig) -> Result<Duration> {
    let mut conn = rig.pool.get().await?;
    let mut wakes = Wakes::default();
    let payload = BenchPayload {
        tell: true,
        ..BenchPayload::default()
    };
    let job = NewJob::<BenchJob>::keyed(payload, Uuid::new_v4().to_string());
    enqueue(&mut conn, &mut wakes, job).await?;
    let committed = clock::now();
    rig.waker.send(wakes).await;
    let told = rig.told().await?;
    ensure!(!told.job.is_nil(), "a job without a number");
    let sql = rig.sql().await?;
    wait_until_for(PATIENCE, "the job has ended", || async {
        Ok(!sql
            .query_one("select exists (select from job)", &[])
            .await?
            .get::<_, bool>(0))
    })
    .await?;
    Ok(told.at.saturating_sub(committed))
}
