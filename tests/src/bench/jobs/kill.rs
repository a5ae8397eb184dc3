//! A worker is killed in the middle of a job: how long until it runs on another.

use std::time::Duration;

use anyhow::{Result, ensure};
use safelight_core::jobs::{NewJob, Wakes, enqueue};
use uuid::Uuid;

use super::super::Table;
use super::super::peer::{number, run as peer};
use super::kind::{BenchJob, BenchPayload};
use super::rig::{Rig, Worker};
use super::{Options, clock};

pub(super) async fn run(rig: &Rig, options: &Options) -> Result<Table> {
    rig.set_slots(1).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..options.kills {
        ours.push(once(rig).await?.as_secs_f64());
        let bull = peer("bullmq-kill.mjs", &[rig.redis_url()]).await?;
        theirs.push(number(&bull, "seconds")?);
    }
    if ours.is_empty() {
        return Ok(Table::new("No worker was killed"));
    }
    let mut table = Table::new("From the kill of a worker (SIGKILL) to the start of its job on another, each kill");
    let text = |times: &[f64]| {
        let times: Vec<String> = times.iter().map(|seconds| format!("{seconds:.1} s")).collect();
        times.join(", ")
    };
    let sum = |times: &[f64]| times.iter().sum::<f64>();
    let ratio = sum(&ours) / sum(&theirs);
    let peer = format!("BullMQ with its default settings: {}, ratio {ratio:.2}", text(&theirs));
    table.against("lease 10 s, beat 2.5 s", text(&ours), peer);
    Ok(table)
}

async fn once(rig: &Rig) -> Result<Duration> {
    let mut first = rig.workers(1, &[]).await?;
    let payload = BenchPayload {
        tell: true,
        sleep: Duration::from_secs(600),
    };
    let job = NewJob::<BenchJob>::keyed(payload, Uuid::new_v4().to_string());
    let mut wakes = Wakes::default();
    enqueue(&mut *rig.pool.get().await?, &mut wakes, job).await?;
    rig.waker.send(wakes).await;
    let started = rig.told().await?;
    let second = rig.workers(1, &[]).await?;
    let victim = first.first_mut().filter(|worker| worker.pid() == started.pid);
    let killed = clock::now();
    victim.map_or(Ok(()), Worker::kill)?;
    let again = rig.told().await?;
    let pids: Vec<u32> = second.iter().map(Worker::pid).collect();
    ensure!(
        again.job == started.job && pids.contains(&again.pid),
        "another job, or another worker"
    );
    drop(second);
    rig.clear().await?;
    Ok(again.at.saturating_sub(killed))
}
