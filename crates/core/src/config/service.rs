use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::{ConfigError, DatabaseConfig, Env, LogConfig, MediaConfig, RedisConfig};

/// What every service needs to know at start.
#[derive(Debug, Clone)]
pub struct ServiceConfig {
    /// Postgres.
    pub database: DatabaseConfig,
    /// Redis.
    pub redis: RedisConfig,
    /// The media store.
    pub media: MediaConfig,
    /// Logs.
    pub log: LogConfig,
    /// A file that says the settings instead of the admin page (`IMMICH_CONFIG_FILE`).
    pub settings_file: Option<PathBuf>,
    /// Where health and metrics are served (`SAFELIGHT_METRICS_ADDR`, default 127.0.0.1 with any free port).
    pub metrics_addr: SocketAddr,
    /// The name of this machine in node rows (`SAFELIGHT_NODE_NAME`, default the host name).
    pub node_name: String,
    /// Which start of which machine this is (`SAFELIGHT_MACHINE_ID`, default the kernel's `boot_id`): tells a process that
    /// crashed from a machine that lost its power.
    pub machine: Option<String>,
    /// How long running work may go on after SIGTERM (`SAFELIGHT_STOP_GRACE`, default 8 s).
    pub stop_grace: Duration,
    /// How many jobs that end with nothing to write may end in one statement (`SAFELIGHT_COMPLETION_GROUP`, default 200; 1 is
    /// a transaction for each).
    pub completion_group: usize,
    /// How long one run of a chore may take (`SAFELIGHT_CHORE_DEADLINE`, default 30 s).
    pub chore_deadline: Duration,
    /// How long a claim holds without a beat (`SAFELIGHT_LEASE`, default 10 s). Must be the same on every node.
    pub lease: Duration,
}

impl ServiceConfig {
    /// Reads everything from the environment.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self {
            database: DatabaseConfig::from_env(env)?,
            redis: RedisConfig::from_env(env)?,
            media: MediaConfig::from_env(env)?,
            log: LogConfig::from_env(env)?,
            settings_file: env.parse_with("IMMICH_CONFIG_FILE", absolute)?,
            metrics_addr: env
                .parse("SAFELIGHT_METRICS_ADDR")?
                .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0))),
            node_name: Self::node_name_of(env)?,
            machine: env.string("SAFELIGHT_MACHINE_ID")?.or_else(boot_of_the_kernel),
            stop_grace: env.duration("SAFELIGHT_STOP_GRACE")?.unwrap_or(Duration::from_secs(8)),
            completion_group: env.parse("SAFELIGHT_COMPLETION_GROUP")?.unwrap_or(200).max(1),
            chore_deadline: env
                .duration("SAFELIGHT_CHORE_DEADLINE")?
                .unwrap_or(Duration::from_secs(30)),
            lease: Self::lease_of(env)?,
        })
    }

    /// How long a claim holds without a beat, for who needs nothing else.
    pub fn lease_of(env: &Env) -> Result<Duration, ConfigError> {
        let lease = env.duration("SAFELIGHT_LEASE")?.unwrap_or(Duration::from_secs(10));
        if lease < Duration::from_secs(2) {
            return Err(ConfigError::invalid("SAFELIGHT_LEASE", "must be at least 2s"));
        }
        Ok(lease)
    }

    /// The name of this machine alone, for who needs nothing else.
    pub fn node_name_of(env: &Env) -> Result<String, ConfigError> {
        Ok(env.string("SAFELIGHT_NODE_NAME")?.unwrap_or_else(host_name))
    }

    /// The time between two beats: a quarter of the lease, so that three may be lost.
    pub fn beat_interval(&self) -> Duration {
        self.lease / 4
    }
}

fn absolute(path: &str) -> Result<PathBuf, String> {
    std::path::absolute(path).map_err(|error| error.to_string())
}

/// New at every start of the machine, the same in all its containers (see random(4)).
fn boot_of_the_kernel() -> Option<String> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(text.trim().to_owned()).filter(|id| !id.is_empty())
}

fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
