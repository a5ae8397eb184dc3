//! Runs the whole-process benchmarks and prints their tables: `bench [part ...]`, all parts by default; `bench job-engine
//! [--jobs 20000 ...]` those of the job engine; `bench scale [part ...]` those of a fleet that grows; `bench api [part ...]` what people ask of a large library; `bench images [part ...]`
//! those of pictures. In a hidden mode, `bench worker`, it is the worker process of the job engine.

#![allow(clippy::print_stdout, reason = "a tool that prints its result")]

use anyhow::Result;
use safelight_tests::bench;

#[tokio::main]
async fn main() -> Result<()> {
    let named: Vec<String> = std::env::args().skip(1).collect();
    match named.split_first() {
        Some((mode, _)) if mode == "worker" => return bench::jobs::work().await,
        Some((mode, options)) if mode == "job-engine" => {
            for table in bench::jobs::run(&bench::jobs::Options::of(options)?).await? {
                println!("{table}");
            }
            return Ok(());
        }
        Some((mode, named)) if mode == "api" => {
            for part in parts_of(named, bench::api::PARTS) {
                println!("{}", bench::api::run(part).await?);
            }
            return Ok(());
        }
        Some((mode, named)) if mode == "scale" => {
            for part in parts_of(named, bench::scale::PARTS) {
                println!("{}", bench::scale::run(part).await?);
            }
            return Ok(());
        }
        Some((mode, named)) if mode == "images" => {
            for part in parts_of(named, bench::images::PARTS) {
                for table in bench::images::run(part).await? {
                    println!("{table}");
                }
            }
            return Ok(());
        }
        _ => {}
    }
    for part in parts_of(&named, bench::PARTS) {
        println!("{}", bench::run(part).await?);
    }
    Ok(())
}

/// What was named, or all there is.
fn parts_of<'a>(named: &'a [String], all: &[&'a str]) -> Vec<&'a str> {
    if named.is_empty() {
        return all.to_vec();
    }
    named.iter().map(String::as_str).collect()
}
