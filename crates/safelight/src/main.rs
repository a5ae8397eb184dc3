//! `safelight`: everything on one machine by one command, the schema, and what an admin needs at the command line.

mod account;
mod cli;
mod fleet;
mod migrate;
mod say;
mod up;

use std::process::ExitCode;

use clap::Parser as _;

use cli::{AdminCommand, ApiKeyCommand, Cli, Command, DbRoleCommand};
use safelight_core::config::Env;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command).await {
        Ok(code) => code,
        Err(error) => {
            say::error(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let env = Env::process();
    match command {
        Command::Up(options) => return up::up(&env, &options).await,
        Command::Down(options) => return up::down(&env, &options).await,
        Command::Status(options) => return up::status(&env, &options),
        Command::Env => up::print_variables(&env)?,
        Command::Migrate => {
            let report = migrate::migrate(&up::database_of(&env)?).await?;
            say::note(&report.to_string());
        }
        Command::Admin(AdminCommand::Create(options)) => {
            account::create_admin(&up::database_of(&env)?, &env, &options).await?;
        }
        Command::Admin(AdminCommand::ResetPassword(options)) => {
            account::reset_password(&up::database_of(&env)?, &env, &options).await?;
        }
        Command::ApiKey(ApiKeyCommand::Create(options)) => {
            account::create_api_key(&up::database_of(&env)?, &options).await?;
        }
        Command::DbRole(DbRoleCommand::Worker(options)) => {
            account::worker_role(&up::database_of(&env)?, &env, &options).await?;
        }
        Command::Fleet(command) => fleet::fleet(&up::database_of(&env)?, &command).await?,
        Command::Node(command) => fleet::node(&up::database_of(&env)?, &env, &command).await?,
    }
    Ok(ExitCode::SUCCESS)
}
