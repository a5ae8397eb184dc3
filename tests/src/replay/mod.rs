//! Replays the recorded exchanges of the contract against a running system and compares the answers.
//!
//! The records (`../shared/contract/recorded/*.jsonl`, or `SAFELIGHT_CONTRACT`) are played in the order of their `seq`.
//! A placeholder is bound where it first appears in an answer and put into later requests. A record whose request needs a
//! placeholder that no answer bound is *blocked*: something before it is missing.

mod binary;
mod bindings;
mod compare;
mod expected;
mod headers;
mod preparation;
mod record;
mod report;
mod request;
mod system_config;

use anyhow::Result;

pub use expected::Expected;
pub use record::{Exchange, Record, Records};
pub use report::{Outcome, Played, Report};

use crate::client::Client;
use crate::system::{Kind, TestSystem};
use bindings::Bindings;
use preparation::Preparation;

/// Starts a system in the state the records expect (no machine learning) and plays them all.
///
/// # Errors
/// When the system does not start.
pub async fn run(records: &Records) -> Result<Report> {
    let builder = TestSystem::builder()
        .env("IMMICH_MACHINE_LEARNING_ENABLED", "false")
        .env("TZ", "UTC")
        // The records were made through a proxy that this stands for.
        .env("IMMICH_TRUSTED_PROXIES", "127.0.0.1");
    let system = builder
        .workers(&[Kind::MetadataWorker, Kind::ThumbnailWorker, Kind::TranscodeWorker])
        .start()
        .await?;
    play(&system, records).await
}

/// Plays the records against `system`, which has to be fresh.
///
/// # Errors
/// When the system is gone; an exchange that fails is an outcome, not an error.
pub async fn play(system: &TestSystem, records: &Records) -> Result<Report> {
    let client = system.client();
    let mut bindings = Bindings::new(&system.media());
    let mut preparation = Preparation::default();
    let mut report = Report::default();
    for record in records.iter() {
        let Some(exchange) = &record.exchange else { continue };
        preparation.before(record, system, &mut bindings).await?;
        let outcome = play_one(&client, records, exchange, record.volatile, &mut bindings).await;
        report.push(record, outcome);
    }
    Ok(report)
}

async fn play_one(
    client: &Client,
    records: &Records,
    exchange: &Exchange,
    volatile: bool,
    bindings: &mut Bindings,
) -> Outcome {
    let request = match request::build(client, records, &exchange.request, bindings) {
        Ok(request) => request,
        Err(error) => return Outcome::Blocked(format!("{error:#}")),
    };
    let answer = match crate::client::Answer::of(request).await {
        Ok(answer) => answer,
        Err(error) => return Outcome::Failed(vec![format!("{error:#}")]),
    };
    bindings.remember(&exchange.request, &answer);
    let mut diffs = Vec::new();
    let expected = &exchange.response;
    if answer.status != expected.status {
        diffs.push(format!(
            "status {} instead of {}: {}",
            answer.status,
            expected.status,
            report::shorten(&answer.text())
        ));
        return Outcome::Failed(diffs);
    }
    headers::compare(expected, &answer, bindings, &mut diffs);
    compare::body(records, exchange, &answer, volatile, bindings, &mut diffs);
    if diffs.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed(diffs)
    }
}
