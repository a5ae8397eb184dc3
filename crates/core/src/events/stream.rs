//! Connections of their own for consumers that wait for what comes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fred::prelude::{
    Client, ClientLike as _, Config, ConnectionConfig, ReconnectPolicy, Server, ServerConfig, TcpConfig,
};
use fred::types::config::{TlsConfig, TlsConnector, UnresponsiveConfig};
use fred::types::streams::XReadResponse;
use fred::types::{ConnectHandle, RespVersion, Value};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::{StreamError, tls};
use crate::config::{RedisConfig, RedisHost, RedisProtocol, RedisTarget, Secret};

/// How long a connection may stay silent on a command that does not block.
const UNRESPONSIVE: Duration = Duration::from_secs(5);

/// How long one read waits for what comes, in milliseconds.
const BLOCK_MS: u64 = 5_000;
/// How long a read may take before the connection counts as cut: longer than it blocks. The library's own check for silence
/// skips connections that block.
const READ_DEADLINE: Duration = Duration::from_secs(7);
/// How long a new connection may take until it has answered once: it may have been made while nobody was there.
const FIRST_ANSWER: Duration = Duration::from_secs(2);

/// A connection of a consumer, closed with the value. It connects anew for ever, except where the other side is silent: then
/// the consumer drops it and opens another, for only of that one it is known where it stands.
pub(crate) struct StreamConnection {
    client: Client,
    task: ConnectHandle,
    has_answered: AtomicBool,
}

impl StreamConnection {
    /// Begins to connect; what is asked before it has is asked then. `turn` counts the connections of one consumer: each
    /// begins with another sentinel, for the library does not get past one that is silent.
    pub(crate) fn open(config: &RedisConfig, turn: usize) -> Result<Self, StreamError> {
        let client = stream_client(config, turn)?;
        let task = client.connect();
        Ok(Self {
            client,
            task,
            has_answered: AtomicBool::new(false),
        })
    }

    /// Does one read within its time: shorter on a new connection, of which nobody knows yet whether anybody is there.
    ///
    /// # Errors
    /// The time is over.
    pub(crate) async fn in_time<T>(&self, read: impl Future<Output = T>) -> Result<T, Elapsed> {
        let deadline = if self.is_new() { FIRST_ANSWER } else { READ_DEADLINE };
        let answer = timeout(deadline, read).await?;
        self.has_answered.store(true, Ordering::Relaxed);
        Ok(answer)
    }

    /// How long a read is to wait for what comes, in milliseconds. A new connection is not waited on: whether anybody is there is
    /// known at once.
    pub(crate) fn block(&self) -> Option<u64> {
        (!self.is_new()).then_some(BLOCK_MS)
    }

    fn is_new(&self) -> bool {
        !self.has_answered.load(Ordering::Relaxed)
    }

    /// What commands are given to.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }
}

impl Drop for StreamConnection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn stream_client(config: &RedisConfig, turn: usize) -> Result<Client, StreamError> {
    let tls = if config.tls {
        Some(TlsConfig::from(TlsConnector::from(tls::client_config(config)?)))
    } else {
        None
    };
    let settings = Config {
        server: server(&config.target, turn),
        version: match config.protocol {
            RedisProtocol::Resp2 => RespVersion::RESP2,
            RedisProtocol::Resp3 => RespVersion::RESP3,
        },
        tls,
        username: config.login.username.clone(),
        password: config.login.password.as_ref().map(exposed),
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

fn server(target: &RedisTarget, turn: usize) -> ServerConfig {
    match target {
        RedisTarget::Tcp(host) => ServerConfig::Centralized {
            server: server_of(host),
        },
        RedisTarget::Unix(path) => ServerConfig::Unix { path: path.clone() },
        RedisTarget::Sentinel { hosts, master, login } => {
            let mut hosts: Vec<Server> = hosts.iter().map(server_of).collect();
            let first = turn % hosts.len().max(1);
            hosts.rotate_left(first);
            ServerConfig::Sentinel {
                hosts,
                service_name: master.clone(),
                username: login.username.clone(),
                password: login.password.as_ref().map(exposed),
            }
        }
    }
}

fn server_of(host: &RedisHost) -> Server {
    Server::new(host.host.as_str(), host.port)
}

fn exposed(password: &Secret) -> String {
    password.expose().to_owned()
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
