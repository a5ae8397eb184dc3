//! The job engine beside `BullMQ` on the same Redis: rows written, empty jobs done, the time from commit to start, the time
//! until a killed worker's job runs again.

mod clock;
mod drain;
mod enqueue;
mod fsync;
mod kill;
mod kind;
mod latency;
mod options;
mod rig;
mod worker;

use anyhow::Result;

use super::Table;
use super::peer::{number, run as peer};
pub use options::Options;
use rig::Rig;
pub use worker::work;

/// Measures everything and gives one table for each question.
///
/// # Errors
/// When something it needs does not run.
pub async fn run(options: &Options) -> Result<Vec<Table>> {
    let rig = Rig::start().await?;
    let bull = Bull::measure(&rig, options).await?;
    Ok(vec![
        fsync::run(&rig)?,
        enqueue::run(&rig, options, &bull).await?,
        drain::run(&rig, options, &bull).await?,
        latency::run(&rig, options).await?,
        kill::run(&rig, options).await?,
    ])
}

/// What the peer does a second, with nothing on disk.
struct Bull {
    added_in_bulk: f64,
    added_in_groups: f64,
    added_singly: f64,
    done_by_one: f64,
    done_by_four: f64,
}

impl Bull {
    async fn measure(rig: &Rig, options: &Options) -> Result<Self> {
        let count = |processes: usize| {
            let counts = [options.jobs, options.singles, processes].map(|number| number.to_string());
            [vec![rig.redis_url()], counts.to_vec()].concat()
        };
        let one = peer("bullmq.mjs", &count(1)).await?;
        let four = peer("bullmq.mjs", &count(4)).await?;
        Ok(Self {
            added_in_bulk: number(&one, "addedInBulkPerSecond")?,
            added_in_groups: number(&one, "addedInGroupsPerSecond")?,
            added_singly: number(&one, "addedSinglyPerSecond")?,
            done_by_one: number(&one, "donePerSecond")?,
            done_by_four: number(&four, "donePerSecond")?,
        })
    }
}

/// `name: 1234 jobs/s, ratio 0.56`
fn ratio(name: &str, ours: f64, theirs: f64) -> String {
    format!("{name}: {theirs:.0} jobs/s, ratio {:.2}", ours / theirs)
}
