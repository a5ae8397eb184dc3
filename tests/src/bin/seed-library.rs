//! Fills the empty library of an installation with rows for trying out large ones: `seed-library N [--files] [--more] [--alone]`
//! (docs/operations.md). The database and the media location are those of the services: `DB_URL` or `DB_HOSTNAME` and so on,
//! `IMMICH_MEDIA_LOCATION`.

#![allow(clippy::print_stdout, reason = "a tool that tells how far it is")]

use std::time::Instant;

use anyhow::{Context as _, Result};
use safelight_core::config::{DatabaseConfig, Env, MediaConfig};
use safelight_core::db::connect;
use safelight_tests::seed::{self, Options, Order};

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::of(std::env::args().skip(1))?;
    let env = Env::process();
    anyhow::ensure!(
        DatabaseConfig::is_given(&env)?,
        "no database is named: set DB_URL, or run `eval \"$(safelight env)\"` first"
    );
    let database = DatabaseConfig::from_env(&env)?;
    let order = Order {
        assets: options.assets,
        root: MediaConfig::from_env(&env)?.location,
        more: options.more,
        files: options.files,
        alone: options.alone,
        and: "",
    };
    let mut conn = connect(&database).await.context("cannot reach the database")?;
    let begun = Instant::now();
    let say = |what: &str, took: std::time::Duration| println!("{:7.1} s  {what}", took.as_secs_f64());
    seed::library(&mut conn, &order, say).await?;
    println!(
        "{:7.1} s  altogether, {} assets",
        begun.elapsed().as_secs_f64(),
        order.assets
    );
    Ok(())
}
