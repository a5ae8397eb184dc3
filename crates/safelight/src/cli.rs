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
    /// See the nodes of the fleet and give them orders; they follow within a beat
    #[command(subcommand)]
    Fleet(FleetCommand),
    /// Make roles of Postgres that may do only what they must
    #[command(subcommand)]
    DbRole(DbRoleCommand),
    /// Take this machine back for yourself, or give it to the fleet again
    #[command(subcommand)]
    Node(NodeCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum FleetCommand {
    /// List the nodes
    List(ListNodes),
    /// Show all that is known of a node
    Show(ShowNode),
    /// Let a node finish what runs and take nothing new
    Quiet(NodeName),
    /// Have a node hand back what runs at once, at no cost to the jobs, and take nothing new
    Pause(NodeName),
    /// Let a node work again
    Resume(NodeName),
    /// Make a node quiet and wait until nothing runs there
    Drain(DrainOptions),
    /// Give a node slots of its own (thumbnails=4, videos=default) or hours in which it works (hours=22:00-07:00, hours=always)
    Set(SetOptions),
}

#[derive(Debug, Args)]
pub(crate) struct ListNodes {
    /// Those that are gone, too
    #[arg(long)]
    pub(crate) all: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ShowNode {
    /// HOST, HOST/SERVICE or the beginning of an id
    pub(crate) node: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct NodeName {
    /// HOST, HOST/SERVICE or the beginning of an id
    pub(crate) node: String,
}

#[derive(Debug, Args)]
pub(crate) struct DrainOptions {
    /// HOST, HOST/SERVICE or the beginning of an id
    pub(crate) node: String,
    /// Seconds to wait before giving up; the node stays quiet
    #[arg(long, default_value_t = 3_600, value_name = "SECONDS")]
    pub(crate) timeout: u64,
}

#[derive(Debug, Args)]
pub(crate) struct SetOptions {
    /// HOST, HOST/SERVICE or the beginning of an id
    pub(crate) node: String,
    /// QUEUE=NUMBER, QUEUE=default, hours=HH:MM-HH:MM or hours=always
    #[arg(required = true, value_name = "NAME=VALUE")]
    pub(crate) assignments: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DbRoleCommand {
    /// A role for workers: it cannot read passwords, sessions and keys; run it again after each update
    Worker(WorkerRole),
}

#[derive(Debug, Args)]
pub(crate) struct WorkerRole {
    /// What it is called
    #[arg(long, default_value = "safelight_worker")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) password: PasswordSource,
}

#[derive(Debug, Subcommand)]
pub(crate) enum NodeCommand {
    /// Have the workers of this machine finish what runs and take nothing new
    Quiet,
    /// Let them work again
    Resume,
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

/// Where a password comes from: one of these, else a variable (`SAFELIGHT_ADMIN_PASSWORD`, `SAFELIGHT_WORKER_DB_PASSWORD`, or
/// either with `_FILE`), else a prompt on a terminal, else a new one is made up and printed.
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

impl PasswordSource {
    /// Whether an option says where the password comes from.
    pub(crate) fn is_given(&self) -> bool {
        self.password_file.is_some() || self.password_stdin || self.generate
    }
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
