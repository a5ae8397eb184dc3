//! One machine: private servers where none are given, migrations, and all services as children that are kept running.

mod board;
mod commands;
mod detach;
mod layout;
mod lock;
mod postgres;
mod probe;
mod program;
mod redis;
mod run;
mod services;
mod state;
mod supervisor;
mod users;
mod versions;

use std::process::ExitCode;
use std::time::Duration;

use safelight_core::config::{DatabaseConfig, Env};

pub(crate) use commands::{down, status};

use crate::cli::UpOptions;
use layout::Layout;
use state::State;

/// Starts everything.
pub(crate) async fn up(env: &Env, options: &UpOptions) -> anyhow::Result<ExitCode> {
    if options.detach {
        detach::start(env, &options.without, Duration::from_secs(options.timeout)).await?;
    } else {
        run::run(env, &options.without).await?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The database that the environment names, else the private one of this data folder.
pub(crate) fn database_of(env: &Env) -> anyhow::Result<DatabaseConfig> {
    if DatabaseConfig::is_given(env)? {
        return Ok(DatabaseConfig::from_env(env)?);
    }
    let layout = Layout::of(env)?;
    // A launcher of another user or session may have put its sockets elsewhere.
    let sockets = State::read(&layout.run()).map_or(layout.sockets, |state| state.sockets);
    postgres::config(&sockets)
}
