//! Short commands on request paths: pooled connections and a deadline.

use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool_redis::redis::{Client, Cmd, FromRedisValue, IntoConnectionInfo as _};
use deadpool_redis::{ConnectionAddr, ConnectionInfo, PoolConfig, RedisConnectionInfo, Runtime};
use tokio::time::timeout;

use super::breaker::{Breaker, Change};
use super::sentinel::{SentinelManager, SentinelPool};
use super::{StreamError, tls};
use crate::config::{RedisConfig, RedisHost, RedisProtocol, RedisTarget};

/// How long a command may take, connecting included.
const COMMAND_DEADLINE: Duration = Duration::from_millis(200);
/// The most connections.
const SIZE: usize = 8;

/// Pooled connections for short commands on request paths.
#[derive(Clone)]
pub struct CommandPool {
    inner: Inner,
    breaker: Arc<Breaker>,
}

#[derive(Clone)]
enum Inner {
    Server(deadpool_redis::Pool),
    Sentinel(SentinelPool),
}

impl CommandPool {
    /// A pool of up to eight connections; none is opened before it is needed.
    pub fn new(config: &RedisConfig) -> Result<Self, StreamError> {
        let inner = match &config.target {
            RedisTarget::Tcp(host) => Inner::Server(server_pool(tcp(host, config.tls), config)?),
            RedisTarget::Unix(path) => Inner::Server(server_pool(ConnectionAddr::Unix(path.clone()), config)?),
            RedisTarget::Sentinel { hosts, master, login } => {
                let manager = SentinelManager::new(config, hosts, master, login)?;
                let pool = SentinelPool::builder(manager).config(PoolConfig::new(SIZE));
                Inner::Sentinel(pool.runtime(Runtime::Tokio1).build().map_err(|error| bad(&error))?)
            }
        };
        Ok(Self {
            inner,
            breaker: Arc::default(),
        })
    }

    /// Sends one command within 200 ms or gives up; at once where Redis has not answered lately.
    pub async fn query<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StreamError> {
        let admitted = self.breaker.admit(Instant::now()).ok_or(StreamError::Resting)?;
        let answer = async {
            match &self.inner {
                Inner::Server(pool) => Ok(command.query_async(&mut pool.get().await?).await?),
                Inner::Sentinel(pool) => Ok(command.query_async(&mut *pool.get().await?).await?),
            }
        };
        let answer = timeout(COMMAND_DEADLINE, answer)
            .await
            .unwrap_or(Err(StreamError::Deadline));
        let is_silent = answer.as_ref().is_err_and(StreamError::is_of_the_connection);
        if is_silent {
            self.forget();
        }
        match self.breaker.note(Instant::now(), admitted, !is_silent) {
            Change::Opened => tracing::warn!("Redis does not answer and is left alone for a moment, again and again"),
            Change::Closed => tracing::info!("Redis answers again"),
            Change::None => {}
        }
        answer
    }

    /// Closes what nobody uses: where one connection is cut, each of the others would cost a deadline to find out.
    fn forget(&self) {
        match &self.inner {
            Inner::Server(pool) => drop(pool.retain(|_, _| false)),
            Inner::Sentinel(pool) => drop(pool.retain(|_, _| false)),
        }
    }
}

fn server_pool(addr: ConnectionAddr, config: &RedisConfig) -> Result<deadpool_redis::Pool, StreamError> {
    let info = ConnectionInfo {
        addr,
        redis: login(config),
    };
    let mut info = info.into_connection_info()?;
    if config.tls
        && let Some(certificates) = tls::certificates(config)?
    {
        info = Client::build_with_tls(info, certificates)?
            .get_connection_info()
            .clone();
    }
    deadpool_redis::Pool::builder(deadpool_redis::Manager::new(info)?)
        .config(PoolConfig::new(SIZE))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| bad(&error))
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
    let password = config.login.password.as_ref();
    RedisConnectionInfo {
        db: i64::from(config.database),
        username: config.login.username.clone(),
        password: password.map(|password| password.expose().to_owned()),
        protocol: match config.protocol {
            RedisProtocol::Resp2 => deadpool_redis::ProtocolVersion::RESP2,
            RedisProtocol::Resp3 => deadpool_redis::ProtocolVersion::RESP3,
        },
    }
}

fn bad(error: &dyn std::fmt::Display) -> StreamError {
    StreamError::Config(error.to_string())
}
