use std::collections::HashMap;
use std::time::Duration;

use deadpool_redis::redis::{Cmd, FromRedisValue, RedisError};
use deadpool_redis::{ConnectionAddr, ConnectionInfo, PoolConfig, PoolError, RedisConnectionInfo, Runtime};
use fred::prelude::{Client, Config, ConnectionConfig, ReconnectPolicy, Server, ServerConfig, TcpConfig};
use fred::types::Value;
use fred::types::config::{TlsConfig, TlsConnector, UnresponsiveConfig};
use fred::types::streams::XReadResponse;
use tokio::time::timeout;

use crate::config::{RedisConfig, RedisHost, RedisTarget};

/// How long a command on a request path may take, connecting included.
const COMMAND_DEADLINE: Duration = Duration::from_millis(200);
/// How long a connection may stay silent on a command that does not block.
const UNRESPONSIVE: Duration = Duration::from_secs(5);

/// A command to Redis failed.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// No connection could be had.
    #[error("no Redis connection: {0}")]
    Pool(#[from] PoolError),
    /// Redis answered with an error.
    #[error("Redis: {0}")]
    Command(#[from] RedisError),
    /// The library for long-lived connections failed.
    #[error("Redis: {0}")]
    Client(#[from] fred::error::Error),
    /// No answer in time.
    #[error("Redis did not answer in time")]
    Deadline,
    /// The configuration cannot be used.
    #[error("Redis configuration: {0}")]
    Config(String),
}

/// Pooled connections for short commands on request paths.
#[derive(Clone)]
pub struct CommandPool {
    inner: Inner,
}

#[derive(Clone)]
enum Inner {
    Server(deadpool_redis::Pool),
    Sentinel(deadpool_redis::sentinel::Pool),
}

impl CommandPool {
    /// A pool of up to eight connections; none is opened before it is needed.
    pub fn new(config: &RedisConfig) -> Result<Self, StreamError> {
        let bad = |error: &dyn std::fmt::Display| StreamError::Config(error.to_string());
        let size = PoolConfig::new(8);
        let inner = match &config.target {
            RedisTarget::Tcp(host) => Inner::Server(server_pool(tcp(host, config.tls), config, size)?),
            RedisTarget::Unix(path) => Inner::Server(server_pool(ConnectionAddr::Unix(path.clone()), config, size)?),
            RedisTarget::Sentinel { hosts, master } => {
                let sentinels = hosts.iter().map(|host| ConnectionInfo {
                    addr: tcp(host, false),
                    ..Default::default()
                });
                let settings = deadpool_redis::sentinel::Config {
                    urls: None,
                    server_type: deadpool_redis::sentinel::SentinelServerType::Master,
                    master_name: master.clone(),
                    connections: Some(sentinels.collect()),
                    node_connection_info: Some(deadpool_redis::sentinel::SentinelNodeConnectionInfo {
                        tls_mode: config.tls.then_some(deadpool_redis::sentinel::TlsMode::Secure),
                        redis_connection_info: Some(login(config)),
                    }),
                    pool: Some(size),
                };
                Inner::Sentinel(
                    settings
                        .create_pool(Some(Runtime::Tokio1))
                        .map_err(|error| bad(&error))?,
                )
            }
        };
        Ok(Self { inner })
    }

    /// Sends one command within 200 ms or gives up.
    pub async fn query<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StreamError> {
        let answer = async {
            match &self.inner {
                Inner::Server(pool) => Ok(command.query_async(&mut pool.get().await?).await?),
                Inner::Sentinel(pool) => Ok(command.query_async(&mut pool.get().await?).await?),
            }
        };
        timeout(COMMAND_DEADLINE, answer)
            .await
            .unwrap_or(Err(StreamError::Deadline))
    }
}

fn server_pool(
    addr: ConnectionAddr,
    config: &RedisConfig,
    size: PoolConfig,
) -> Result<deadpool_redis::Pool, StreamError> {
    let mut settings = deadpool_redis::Config::from_connection_info(ConnectionInfo {
        addr,
        redis: login(config),
    });
    settings.pool = Some(size);
    settings
        .create_pool(Some(Runtime::Tokio1))
        .map_err(|error| StreamError::Config(error.to_string()))
}

fn tcp(host: &RedisHost, tls: bool) -> ConnectionAddr {
    if tls {
        ConnectionAddr::TcpTls {
            host: host.host.clone(),
            port: host.port,
            insecure: false,
        }
    } else {
        ConnectionAddr::Tcp(host.host.clone(), host.port)
    }
}

fn login(config: &RedisConfig) -> RedisConnectionInfo {
    RedisConnectionInfo {
        db: i64::from(config.database),
        username: config.username.clone(),
        password: config.password.as_ref().map(|password| password.expose().to_owned()),
        ..Default::default()
    }
}

/// A client of its own for a long-lived consumer. It reconnects for ever; the caller starts it with `init()` and puts a
/// deadline of its own around reads that block, since the check for silence skips those.
pub fn stream_client(config: &RedisConfig) -> Result<Client, StreamError> {
    let server = match &config.target {
        RedisTarget::Tcp(host) => ServerConfig::Centralized {
            server: server_of(host),
        },
        RedisTarget::Unix(path) => ServerConfig::Unix { path: path.clone() },
        RedisTarget::Sentinel { hosts, master } => ServerConfig::Sentinel {
            hosts: hosts.iter().map(server_of).collect(),
            service_name: master.clone(),
        },
    };
    let tls = if config.tls {
        Some(TlsConfig::from(TlsConnector::default_rustls()?))
    } else {
        None
    };
    let settings = Config {
        server,
        tls,
        username: config.username.clone(),
        password: config.password.as_ref().map(|password| password.expose().to_owned()),
        database: Some(config.database).filter(|number| *number > 0),
        ..Config::default()
    };
    let keepalive = fred::socket2::TcpKeepalive::new()
        .with_time(Duration::from_secs(10))
        .with_interval(Duration::from_secs(3));
    let connection = ConnectionConfig {
        connection_timeout: UNRESPONSIVE,
        internal_command_timeout: UNRESPONSIVE,
        max_command_attempts: 1,
        unresponsive: UnresponsiveConfig {
            max_timeout: Some(UNRESPONSIVE),
            interval: Duration::from_secs(1),
        },
        tcp: TcpConfig {
            nodelay: Some(true),
            keepalive: Some(keepalive),
            ..TcpConfig::default()
        },
        ..ConnectionConfig::default()
    };
    let reconnect = ReconnectPolicy::new_exponential(0, 100, 5_000, 2);
    Ok(Client::new(settings, None, Some(connection), Some(reconnect)))
}

/// One entry of a stream: its id and its fields.
pub(crate) type Entry = (String, HashMap<String, String>);

/// The entries of an answer to XREAD or XREADGROUP of one stream. Nothing within the time is an answer, too: the library would
/// call it an error.
pub(crate) fn entries(answer: Value) -> Result<Vec<Entry>, fred::error::Error> {
    if answer.is_null() {
        return Ok(Vec::new());
    }
    let streams: XReadResponse<String, String, String, String> = answer.into_xread_response()?;
    Ok(streams.into_values().flatten().collect())
}

fn server_of(host: &RedisHost) -> Server {
    Server::new(host.host.as_str(), host.port)
}
