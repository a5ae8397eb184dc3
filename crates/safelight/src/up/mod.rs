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

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use safelight_core::config::{DatabaseConfig, Env};

pub(crate) use commands::{down, status};

use crate::cli::UpOptions;
use crate::say;
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

/// Prints what a service started by hand needs, for a shell to read. What the environment names already, secrets included,
/// is not repeated.
pub(crate) fn print_variables(env: &Env) -> anyhow::Result<()> {
    let layout = Layout::of(env)?;
    for (name, value) in services::private_variables(env, &layout, &sockets_of(&layout))? {
        say::result(&format!("export {name}='{}'", value.replace('\'', "'\\''")));
    }
    Ok(())
}

/// The database that the environment names, else the private one of this data folder.
pub(crate) fn database_of(env: &Env) -> anyhow::Result<DatabaseConfig> {
    if DatabaseConfig::is_given(env)? {
        return Ok(DatabaseConfig::from_env(env)?);
    }
    postgres::config(&sockets_of(&Layout::of(env)?))
}

/// Where the sockets are: a launcher of another user or session may have put them elsewhere than we would.
fn sockets_of(layout: &Layout) -> PathBuf {
    State::read(&layout.run()).map_or_else(|| layout.sockets.clone(), |state| state.sockets)
}
