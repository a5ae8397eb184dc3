//! Runs a campaign of faults against a whole system and prints its report: `chaos [--minutes N] [--seed S]`. Ends with 1 where
//! a promise was broken.

#![allow(clippy::print_stdout, reason = "a tool that prints its result")]
#![allow(clippy::print_stderr, reason = "and what went wrong")]

use std::process::ExitCode;

use anyhow::{Result, bail};
use safelight_tests::chaos::{self, Options};
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let options = Options::of(std::env::args().skip(1))?;
    let mut terminate = signal(SignalKind::terminate())?;
    let report = tokio::select! {
        report = chaos::run(options) => report?,
        // All that was started ends with this process, and what was made is removed.
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        _ = terminate.recv() => bail!("terminated"),
    };
    println!("{report}");
    if report.is_clean() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{}", report.complaint());
    Ok(ExitCode::FAILURE)
}
