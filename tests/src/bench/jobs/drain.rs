//! Empty jobs done a second: every one is claimed under a lease, and its end is fenced and durable.

use std::time::Instant;

use anyhow::Result;

use super::super::Table;
use super::super::usage::count;
use super::enqueue::in_bulk;
use super::rig::{PATIENCE, Rig};
use super::{Bull, Options, ratio};
use crate::wait::wait_until_for;

/// Slots of a process whose jobs end in groups.
const MANY_SLOTS: usize = 200;
/// Slots of a process whose jobs end one by one.
const FEW_SLOTS: usize = 10;

pub(super) async fn run(rig: &Rig, options: &Options, bull: &Bull) -> Result<Table> {
    let mut table =
        Table::new("Empty jobs claimed, done and completed under the fence, Postgres with its default fsync");
    let peers = [(1, bull.done_by_one), (4, bull.done_by_four)];
    for (slots, group) in [(MANY_SLOTS, "200"), (FEW_SLOTS, "1")] {
        rig.set_slots(slots).await?;
        for (processes, peer) in peers {
            let rate = drain(rig, options.jobs, processes, group).await?;
            let how = if group == "1" {
                "a transaction for each"
            } else {
                "ended in groups"
            };
            let peer = ratio(&format!("BullMQ, {processes} process(es), concurrency 5"), rate, peer);
            table.against(
                &format!("{processes} process(es), {slots} slots each, {how}"),
                format!("{rate:.0} jobs/s"),
                peer,
            );
        }
    }
    Ok(table)
}

/// Fills the queue while it is held, lets it go, and waits until it is empty.
async fn drain(rig: &Rig, jobs: usize, processes: usize, group: &str) -> Result<f64> {
    rig.pause(true).await?;
    in_bulk(rig, jobs).await?;
    let sql = rig.sql().await?;
    // As after some time of service: the planner knows the table, and no checkpoint falls into the measurement.
    sql.batch_execute("vacuum analyze job").await?;
    sql.batch_execute("checkpoint").await?;
    let workers = rig.workers(processes, &[("SAFELIGHT_COMPLETION_GROUP", group)]).await?;
    let begun = Instant::now();
    rig.pause(false).await?;
    wait_until_for(PATIENCE, "the queue is empty", || async {
        let row = sql.query_one("select exists (select from job)", &[]).await?;
        Ok(!row.get::<_, bool>(0))
    })
    .await?;
    let rate = count(jobs) / begun.elapsed().as_secs_f64();
    drop(workers);
    Ok(rate)
}
