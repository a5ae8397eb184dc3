//! Doing what the plan says, and undoing it.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::time::{Instant, sleep};

use super::fault::{Fault, Subject};
use super::namespace::{Cut, Namespace};
use super::plan::Planned;
use super::stage::{Post, Stage};
use super::{clock, edits};
use crate::process::Signal;
use crate::wait_until;

/// How a fault ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// It was made and healed.
    Healed,
    /// This machine does not permit it.
    Skipped(String),
    /// It could not be made or healed.
    Failed(String),
}

/// While the disk is full, what others free is taken again so often.
const REFILL: Duration = Duration::from_millis(200);
/// Memory of a Redis that has none.
const NO_MEMORY: u64 = 1;

/// Makes a fault, keeps it for its time, and heals it.
pub(super) async fn inflict(stage: &Stage, planned: &Planned) -> Ended {
    let result = match planned.fault {
        Fault::SeverPostgres | Fault::SilencePostgres | Fault::SeverRedis | Fault::SilenceRedis => match &stage.net {
            Ok(net) => way(stage, net, planned).await,
            Err(reason) => return Ended::Skipped(reason.clone()),
        },
        Fault::FillDisk => match &stage.disk {
            Ok(disk) => full(disk, planned.lasts).await,
            Err(reason) => return Ended::Skipped(reason.clone()),
        },
        Fault::SkewClock => match clock::wrong(planned.chance) {
            Ok(env) => skewed(stage, planned, &env).await,
            Err(reason) => return Ended::Skipped(format!("{reason:#}")),
        },
        Fault::RestartPostgres | Fault::CrashPostgres => postgres(stage, planned).await,
        Fault::FlushRedis | Fault::RestartRedis | Fault::EmptyRedis | Fault::FillRedis | Fault::HaltRedis => {
            redis(stage, planned).await
        }
        Fault::SlowChores => slow_chores(stage, planned.lasts).await,
        Fault::Edits => edits::deadlock(stage, planned.lasts).await,
        _ => process(stage, planned).await,
    };
    match result {
        Ok(()) => Ended::Healed,
        Err(error) => Ended::Failed(format!("{error:#}")),
    }
}

fn post<'a>(stage: &'a Stage, planned: &Planned) -> Result<&'a Post> {
    match planned.subject {
        Subject::Worker(index) => stage.workers.get(index),
        Subject::Gateway(index) => stage.gateways.get(index),
        _ => None,
    }
    .context("the plan names no process")
}

async fn process(stage: &Stage, planned: &Planned) -> Result<()> {
    let post = post(stage, planned)?;
    match planned.fault {
        Fault::HaltWorker | Fault::HaltGateway => {
            post.service.signal(Signal::STOP)?;
            sleep(planned.lasts).await;
            post.service.signal(Signal::CONT)
        }
        Fault::StartTwice => {
            let twin = stage.system.launch_twin(&post.service)?;
            sleep(planned.lasts).await;
            // Every other time it is killed, with what it has in hand.
            if planned.chance.is_multiple_of(2) {
                return twin.kill();
            }
            twin.terminate().await.map(drop)
        }
        Fault::StopWorker => {
            post.hold();
            post.service.terminate().await?;
            sleep(planned.lasts).await;
            post.revive()
        }
        _ => {
            post.hold();
            post.service.kill()?;
            sleep(planned.lasts).await;
            post.revive()
        }
    }
}

/// The worker is replaced by one with a wrong clock for a while.
async fn skewed(stage: &Stage, planned: &Planned, env: &[(&'static str, String)]) -> Result<()> {
    let post = post(stage, planned)?;
    let host = stage.hosts.get(post.host).context("no such host")?;
    post.hold();
    post.service.kill()?;
    let odd = stage.system.launch(post.service.kind(), &host.env(env), &host.place)?;
    sleep(planned.lasts).await;
    let ended = odd.terminate().await;
    post.revive()?;
    ended.map(drop)
}

async fn postgres(stage: &Stage, planned: &Planned) -> Result<()> {
    let server = stage.system.postgres();
    match planned.fault {
        Fault::RestartPostgres => server.stop_fast().await?,
        _ => server.stop().await?,
    }
    sleep(planned.lasts).await;
    server.run().await
}

async fn redis(stage: &Stage, planned: &Planned) -> Result<()> {
    let server = stage.system.redis();
    match planned.fault {
        // On a busy machine a command may time out: a fault is made and healed all the same.
        Fault::FlushRedis => wait_until("Redis is flushed", async || server.flush().await.map(|()| true)).await,
        Fault::FillRedis => {
            let limit = |bytes| {
                wait_until("Redis has a limit", move || async move {
                    server.limit_memory(bytes).await.map(|()| true)
                })
            };
            limit(NO_MEMORY).await?;
            sleep(planned.lasts).await;
            limit(0).await
        }
        Fault::HaltRedis => {
            server.signal(Signal::STOP).await?;
            sleep(planned.lasts).await;
            server.signal(Signal::CONT).await
        }
        fault => {
            server.stop().await?;
            if fault == Fault::EmptyRedis {
                server.forget()?;
            }
            sleep(planned.lasts).await;
            server.run().await
        }
    }
}

/// Locks what schedules, intents and the chores' own rows are, which beats only read. Where Postgres is hurt meanwhile, the lock is
/// gone earlier.
async fn slow_chores(stage: &Stage, lasts: Duration) -> Result<()> {
    let end = Instant::now() + lasts;
    let Ok(sql) = stage.system.sql().await else {
        return Ok(());
    };
    let lock = "begin; select from chore for update; lock table schedule in access exclusive mode";
    if sql.batch_execute(lock).await.is_ok() {
        tokio::time::sleep_until(end).await;
        let _ = sql.batch_execute("rollback").await;
    }
    Ok(())
}

async fn way(stage: &Stage, net: &Namespace, planned: &Planned) -> Result<()> {
    let (name, port) = if planned.subject == Subject::WayToRedis {
        ("redis", stage.system.redis().port())
    } else {
        let address = stage.system.postgres().address();
        ("postgres", address.context("Postgres has no address")?.1)
    };
    let cut = match planned.fault {
        Fault::SeverPostgres | Fault::SeverRedis => Cut::Severed,
        _ => Cut::Silent,
    };
    net.cut(name, port, cut)?;
    sleep(planned.lasts).await;
    net.heal(name)
}

async fn full(disk: &super::disk::Disk, lasts: Duration) -> Result<()> {
    let end = Instant::now() + lasts;
    while Instant::now() < end {
        disk.fill()?;
        sleep(REFILL).await;
    }
    disk.free()
}
