//! Where Redis is: one of several forms of URL, or parts.

mod ioredis;
#[cfg(test)]
mod tests;
mod url;

use std::path::PathBuf;
use std::str::FromStr;

use super::{ConfigError, Env, Secret};

/// Host and port of one Redis server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisHost {
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

/// What kind of place Redis is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedisTarget {
    /// One server over TCP.
    Tcp(RedisHost),
    /// One server over a Unix socket.
    Unix(PathBuf),
    /// The master that these sentinels name.
    Sentinel {
        /// The sentinels.
        hosts: Vec<RedisHost>,
        /// The name of the monitored master.
        master: String,
        /// How to log in at the sentinels; it says nothing about the servers.
        login: RedisLogin,
    },
}

/// Who we are, for one kind of server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RedisLogin {
    /// ACL user.
    pub username: Option<String>,
    /// Password.
    pub password: Option<Secret>,
}

/// The version of the protocol that both clients speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RedisProtocol {
    /// What every server speaks.
    #[default]
    Resp2,
    /// Begins with `HELLO 3`.
    Resp3,
}

impl FromStr for RedisProtocol {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "2" | "resp2" => Ok(Self::Resp2),
            "3" | "resp3" => Ok(Self::Resp3),
            _ => Err("the protocol must be resp2 or resp3".to_owned()),
        }
    }
}

/// Where Redis is: parsed once, turned into each client library's own types elsewhere.
#[derive(Debug, Clone)]
pub struct RedisConfig {
    /// The server or servers.
    pub target: RedisTarget,
    /// How to log in at the server.
    pub login: RedisLogin,
    /// Database number.
    pub database: u8,
    /// TLS to the server, and to the sentinels where there are some.
    pub tls: bool,
    /// A PEM file of authorities to trust instead of the system's (`REDIS_SSL_ROOT_CERT`).
    pub root_cert: Option<PathBuf>,
    /// What both clients speak.
    pub protocol: RedisProtocol,
    /// Start of every key (`SAFELIGHT_REDIS_PREFIX`); the braces of the default keep all keys in one cluster slot.
    pub prefix: String,
}

impl RedisConfig {
    /// Reads `REDIS_URL`, or `REDIS_HOSTNAME`, `REDIS_PORT`, `REDIS_DBINDEX`, `REDIS_USERNAME`, `REDIS_PASSWORD`,
    /// `REDIS_SOCKET`. `docs/configuration.md` has the forms of a URL.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let mut config = match env.string("REDIS_URL")? {
            Some(text) => from_url(&text).map_err(|reason| ConfigError::invalid("REDIS_URL", reason))?,
            None => from_parts(env)?,
        };
        config.root_cert = env.string("REDIS_SSL_ROOT_CERT")?.map(PathBuf::from);
        config.prefix = env
            .string("SAFELIGHT_REDIS_PREFIX")?
            .unwrap_or_else(|| "{safelight}:".to_owned());
        Ok(config)
    }

    /// True where the environment names a Redis at all.
    pub fn is_given(env: &Env) -> Result<bool, ConfigError> {
        for name in ["REDIS_URL", "REDIS_HOSTNAME", "REDIS_SOCKET"] {
            if env.string(name)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A key of ours.
    pub fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn bare(target: RedisTarget) -> Self {
        Self {
            target,
            login: RedisLogin::default(),
            database: 0,
            tls: false,
            root_cert: None,
            protocol: RedisProtocol::default(),
            prefix: String::new(),
        }
    }
}

fn from_parts(env: &Env) -> Result<RedisConfig, ConfigError> {
    let target = match env.string("REDIS_SOCKET")? {
        Some(path) => RedisTarget::Unix(path.into()),
        None => RedisTarget::Tcp(RedisHost {
            host: env.string("REDIS_HOSTNAME")?.unwrap_or_else(|| "redis".to_owned()),
            port: env.parse("REDIS_PORT")?.unwrap_or(6379),
        }),
    };
    Ok(RedisConfig {
        login: RedisLogin {
            username: env.string("REDIS_USERNAME")?,
            password: env.string("REDIS_PASSWORD")?.map(Secret::new),
        },
        database: env.parse("REDIS_DBINDEX")?.unwrap_or(0),
        ..RedisConfig::bare(target)
    })
}

fn from_url(text: &str) -> Result<RedisConfig, String> {
    match text.strip_prefix("ioredis://") {
        Some(encoded) => ioredis::parse(encoded),
        None => url::parse(text),
    }
}
