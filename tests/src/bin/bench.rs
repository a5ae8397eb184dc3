//! Runs the whole-process benchmarks and prints their tables: `bench [part ...]`, all parts by default.

#![allow(clippy::print_stdout, reason = "a tool that prints its result")]

use anyhow::Result;
use safelight_tests::bench;

#[tokio::main]
async fn main() -> Result<()> {
    let named: Vec<String> = std::env::args().skip(1).collect();
    let parts: Vec<&str> = if named.is_empty() {
        bench::PARTS.to_vec()
    } else {
        named.iter().map(String::as_str).collect()
    };
    for part in parts {
        println!("{}", bench::run(part).await?);
    }
    Ok(())
}
