//! The command line. Secrets are never arguments: everybody on the machine can read those.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A photo and video backend for people with more than one machine.
#[derive(Debug, Parser)]
#[command(name = "safelight", version, about, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start everything on this machine: database, Redis (where none is given), migrations and all services
    Up(UpOptions),
    /// Stop what `up` started for this data folder
    Down(DownOptions),
    /// Tell which services run for this data folder, and where
    Status(StatusOptions),
    /// Print the variables by which a service started by hand finds the private servers and media of this data folder
    Env,
    /// Bring the database schema up to date; refuses a database that is not Safelight's
    Migrate,
    /// Make an administrator or give one a new password
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Make API keys
    #[command(subcommand)]
    ApiKey(ApiKeyCommand),
}

#[derive(Debug, Args)]
pub(crate) struct UpOptions {
    /// Return as soon as everything is ready; logs go to `logs/safelight.log` in the data folder
    #[arg(long)]
    pub(crate) detach: bool,
    /// Leave a service out, to run it elsewhere (may be given more than once)
    #[arg(long, value_name = "SERVICE")]
    pub(crate) without: Vec<String>,
    /// Seconds to wait until everything is ready before `--detach` gives up
    #[arg(long, default_value_t = 180, value_name = "SECONDS")]
    pub(crate) timeout: u64,
}

#[derive(Debug, Args)]
pub(crate) struct DownOptions {
    /// Seconds to wait for a clean stop
    #[arg(long, default_value_t = 90, value_name = "SECONDS")]
    pub(crate) timeout: u64,
}

#[derive(Debug, Args)]
pub(crate) struct StatusOptions {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Make an administrator
    Create(CreateAdmin),
    /// Give an administrator a new password and end all their sessions
    ResetPassword(ResetPassword),
}

#[derive(Debug, Args)]
pub(crate) struct CreateAdmin {
    /// The address they log in with
    #[arg(long)]
    pub(crate) email: String,
    /// Their name
    #[arg(long, default_value = "Admin")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) password: PasswordSource,
}

#[derive(Debug, Args)]
pub(crate) struct ResetPassword {
    /// Whose password; the first administrator's by default
    #[arg(long)]
    pub(crate) email: Option<String>,
    #[command(flatten)]
    pub(crate) password: PasswordSource,
}

/// Where a password comes from: one of these, else `SAFELIGHT_ADMIN_PASSWORD` (or `..._FILE`), else a prompt on a
/// terminal, else a new one is made up and printed.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct PasswordSource {
    /// Read the password from the first line of a file
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Read the password from the first line of the standard input
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Make up a password and print it
    #[arg(long)]
    pub(crate) generate: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKeyCommand {
    /// Make an API key and print nothing but the key
    Create(CreateApiKey),
}

#[derive(Debug, Args)]
pub(crate) struct CreateApiKey {
    /// Whose key it is
    #[arg(long)]
    pub(crate) email: String,
    /// A name to know it by
    #[arg(long, default_value = "Command line")]
    pub(crate) name: String,
    /// What it may do, such as `asset.upload,asset.read`, or `all`
    #[arg(long, value_delimiter = ',', default_value = "all")]
    pub(crate) permissions: Vec<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_key_may_do_everything_unless_told_otherwise() {
        let cli = Cli::parse_from(["safelight", "api-key", "create", "--email", "a@b"]);
        let Command::ApiKey(ApiKeyCommand::Create(options)) = cli.command else {
            panic!("{cli:?}")
        };
        assert_eq!(options.permissions, ["all"]);
    }

    #[test]
    fn only_one_source_of_a_password() {
        let args = ["safelight", "admin", "reset-password", "--generate", "--password-stdin"];
        assert!(Cli::try_parse_from(args).is_err());
    }
}
