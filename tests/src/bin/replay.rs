//! Replays the recorded exchanges of the contract and prints what differs: `replay [file|all] [--widen]`.

#![allow(clippy::print_stdout, reason = "a tool that prints its result")]

use anyhow::Result;
use safelight_tests::replay::{self, Expected, Records};

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(records) = Records::load()? else { return Ok(()) };
    let report = replay::run(&records).await?;
    for file in arguments.iter().filter(|argument| !argument.starts_with("--")) {
        print!("{}", report.diffs(file));
    }
    print!("{}", report.summary());
    let expected = Expected::load()?;
    if arguments.iter().any(|argument| argument == "--widen") {
        println!(
            "{} records added to tests/replay/expected.txt",
            expected.widen(&report)?
        );
    }
    let broken = expected.broken(&report);
    anyhow::ensure!(
        broken.is_empty(),
        "records that passed before do not any more:\n{broken}"
    );
    Ok(())
}
