//! What becomes of a job that did not succeed.

use std::time::Duration;

use tokio::time::timeout;

use super::claim::ClaimedRow;
use super::control::Engine;
use super::give_back::{GiveBack, Requirement};
use super::history::entry;
use crate::jobs::handler::JobError;

/// So often a job is handed back at no cost that calls a node ill which is found to be well: it takes some minutes, in which
/// whatever is odd may pass. From then on it counts as a failure each time.
pub(super) const ILLNESSES: i32 = 5;
/// An examination that takes longer found an illness.
const EXAMINATION: Duration = Duration::from_secs(10);

/// What an examination found, after a job said that its node is ill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// The node can work: what the job met is of the job, or has passed.
    Well,
    /// It cannot.
    Ill,
}

/// Looks whether the node is as ill as a job of it says.
pub(super) async fn examine(engine: &Engine) -> Health {
    match timeout(EXAMINATION, (engine.parts.examination)()).await {
        Ok(Ok(())) => Health::Well,
        _ => Health::Ill,
    }
}

/// How a job goes back after `error`, and the word for it. A node that was found to be ill takes nothing from now on.
pub(super) fn way_back(
    engine: &Engine,
    row: &ClaimedRow,
    error: &JobError,
    cancelled: bool,
    health: Health,
) -> (GiveBack, &'static str) {
    let parts = &engine.parts;
    let line = |what: &str, reason: Option<&str>| entry(what, parts.boot, &parts.host, row.lease, reason);
    let mut back = GiveBack {
        lease: row.lease,
        failures: 0,
        illnesses: 0,
        delay: Duration::ZERO,
        park: false,
        requires: None,
        entry: serde_json::Value::Null,
    };
    let reason = error.to_string();
    let word = match error {
        JobError::Cancelled => "cancelled",
        // What fails because it was told to stop has not failed.
        JobError::Retry(_) | JobError::Absent(_) | JobError::Away(_) if cancelled => "cancelled",
        JobError::Ill(reason) if health == Health::Ill => {
            engine.admission.set_ill(Some(reason.clone()));
            back.delay = parts.backoff.after(1);
            "ill"
        }
        JobError::Ill(_) if row.illnesses + 1 < ILLNESSES => {
            back.illnesses = 1;
            back.delay = parts.backoff.after(row.illnesses + 1);
            "ill"
        }
        JobError::Unable { requires, .. } if !parts.abilities.include(requires) => {
            back.requires = Some(Requirement {
                capabilities: requires.clone(),
                settings_version: row.settings_version,
            });
            "unable"
        }
        JobError::Permanent(_) => {
            back.failures = 1;
            back.park = true;
            "parked"
        }
        JobError::Absent(_) if row.age_seconds < parts.visibility_grace.as_secs_f64() => {
            back.delay = parts.backoff.after(1);
            "absent"
        }
        JobError::Away(_) => {
            back.delay = parts.backoff.after(1);
            "away"
        }
        JobError::Ill(_) | JobError::Retry(_) | JobError::Absent(_) | JobError::Unable { .. } => {
            fail(engine, row, &mut back)
        }
    };
    back.entry = match word {
        "cancelled" => line("handed back", None),
        "ill" | "absent" | "away" | "unable" => line("handed back", Some(&reason)),
        _ => line("failed", Some(&reason)),
    };
    (back, word)
}

/// Counts a failure, and gives the job up where its kind allows no more.
fn fail(engine: &Engine, row: &ClaimedRow, back: &mut GiveBack) -> &'static str {
    let parts = &engine.parts;
    let failures = row.failures + 1;
    back.failures = 1;
    back.delay = parts.backoff.after(failures);
    back.park = failures
        >= parts
            .registry
            .handler(&row.kind)
            .map_or(1, |handler| handler.max_failures());
    if back.park { "parked" } else { "retry" }
}
