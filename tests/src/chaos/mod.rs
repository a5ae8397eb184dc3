//! A campaign of faults: a whole system under a continuous upload, hurt again and again by a plan that a seed decides, then
//! left alone until it is quiet, and checked row by row and file by file.

mod cleanup;
mod clock;
mod disk;
mod edits;
mod fault;
mod hosts;
mod inflict;
mod invariants;
mod load;
mod logs;
mod namespace;
mod options;
mod plan;
mod report;
mod samples;
mod settle;
mod stage;
mod supervisor;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

pub use options::Options;
pub use report::Report;

use fault::Subject;
use load::Load;
use plan::{Planned, plan};
use report::Tally;
use stage::Stage;
use supervisor::Supervisor;

/// Runs one campaign and tells what came of it.
///
/// # Errors
/// When the system cannot be built up or looked at; a broken promise is no error but a line of the report.
pub async fn run(options: Options) -> Result<Report> {
    let planned = plan(options.seed, options.length());
    report::announce(&options, &planned);
    let stage = Arc::new(Stage::open(&options).await?);
    let supervisor = Supervisor::start(Arc::clone(&stage));
    let load = Load::start(Arc::clone(&stage)).await?;
    let mut tally = Tally::new(&options);
    let begun = Instant::now();
    inflict_all(&stage, planned, begun, &mut tally).await;
    let rest = options.length().saturating_sub(begun.elapsed());
    tokio::time::sleep(rest).await;
    report::say(begun, "every fault is healed; no more uploads are begun");
    let uploads = load.finish().await;
    stage.all_ready().await;
    let settled = settle::settle(&stage).await;
    report::say(begun, "checking rows and files");
    let endings = supervisor.stop().await;
    let checked = invariants::check(&stage, &uploads).await?;
    let report = tally.close(&stage, uploads, endings, settled, checked);
    report.keep(&stage)?;
    Ok(report)
}

/// Begins each fault at its time; each heals itself. Where the machine is slow and the one before at the same part is not healed
/// yet, it waits for that. Ends when all are healed.
async fn inflict_all(stage: &Arc<Stage>, planned: Vec<Planned>, begun: Instant, tally: &mut Tally) {
    let mut faults = JoinSet::new();
    let mut parts: BTreeMap<Subject, Arc<Mutex<()>>> = BTreeMap::new();
    for planned in planned {
        tokio::time::sleep_until((begun + planned.at).into()).await;
        let stage = Arc::clone(stage);
        let part = Arc::clone(parts.entry(planned.subject).or_default());
        faults.spawn(async move {
            // Fair: who asks first has it first.
            let _mine = part.lock().await;
            report::say(begun, &format!("begins: {planned}"));
            let ended = inflict::inflict(&stage, &planned).await;
            report::say(begun, &format!("ends:   {planned}{}", report::note(&ended)));
            (planned.fault, ended)
        });
    }
    while let Some(joined) = faults.join_next().await {
        match joined {
            Ok((fault, ended)) => tally.note(fault, ended),
            Err(error) => tally.broken(&error.to_string()),
        }
    }
}

/// How long a claim holds without a beat in a campaign: short, so that much happens in little time.
const LEASE: Duration = Duration::from_secs(2);
