//! Connections to the master that sentinels name, for the pool of short commands.

use std::sync::atomic::{AtomicUsize, Ordering};

use deadpool::managed::{Manager, Metrics, Pool, RecycleError, RecycleResult};
use deadpool_redis::redis::aio::MultiplexedConnection;
use deadpool_redis::redis::sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType};
use deadpool_redis::redis::{ConnectionAddr, ProtocolVersion, RedisError, TlsCertificates, TlsMode, cmd};

use super::{StreamError, tls};
use crate::config::{RedisConfig, RedisHost, RedisLogin, RedisProtocol};

pub(super) type SentinelPool = Pool<SentinelManager>;

/// Opens connections to the master. Each time the sentinels are asked anew, beginning with the one that answered last: one
/// that is dead in silence would use up the whole deadline of a command, so the next command begins with the next.
pub(super) struct SentinelManager {
    config: RedisConfig,
    hosts: Vec<RedisHost>,
    master: String,
    login: RedisLogin,
    certificates: Option<TlsCertificates>,
    first: AtomicUsize,
}

impl SentinelManager {
    pub(super) fn new(
        config: &RedisConfig,
        hosts: &[RedisHost],
        master: &str,
        login: &RedisLogin,
    ) -> Result<Self, StreamError> {
        let certificates = if config.tls { tls::certificates(config)? } else { None };
        Ok(Self {
            config: config.clone(),
            hosts: hosts.to_vec(),
            master: master.to_owned(),
            login: login.clone(),
            certificates,
            first: AtomicUsize::new(0),
        })
    }

    /// What asks the sentinels, beginning with the one at `first`.
    fn client(&self, first: usize) -> Result<SentinelClient, RedisError> {
        let mut hosts = self.hosts.clone();
        hosts.rotate_left(first % self.hosts.len().max(1));
        // The library wants plain addresses and is told about TLS below.
        let addresses = hosts.into_iter().map(|host| ConnectionAddr::Tcp(host.host, host.port));
        let mut builder = SentinelClientBuilder::new(addresses, &self.master, SentinelServerType::Master)?
            .set_client_to_redis_db(i64::from(self.config.database))
            .set_client_to_redis_protocol(match self.config.protocol {
                RedisProtocol::Resp2 => ProtocolVersion::RESP2,
                RedisProtocol::Resp3 => ProtocolVersion::RESP3,
            });
        if let Some(name) = &self.config.login.username {
            builder = builder.set_client_to_redis_username(name);
        }
        if let Some(password) = &self.config.login.password {
            builder = builder.set_client_to_redis_password(password.expose());
        }
        if let Some(name) = &self.login.username {
            builder = builder.set_client_to_sentinel_username(name);
        }
        if let Some(password) = &self.login.password {
            builder = builder.set_client_to_sentinel_password(password.expose());
        }
        if self.config.tls {
            builder = builder
                .set_client_to_redis_tls_mode(TlsMode::Secure)
                .set_client_to_sentinel_tls_mode(TlsMode::Secure);
        }
        if let Some(certificates) = &self.certificates {
            builder = builder
                .set_client_to_redis_certificates(certificates.clone())
                .set_client_to_sentinel_certificates(certificates.clone());
        }
        builder.build()
    }
}

/// An attempt that begins with one sentinel. Where nothing comes of it, also because the caller gives up, the next one begins with
/// the next; of several at the same time one counts.
struct Turn<'a> {
    first: &'a AtomicUsize,
    number: usize,
    is_answered: bool,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.is_answered {
            let next = self.number.wrapping_add(1);
            // Another attempt has moved on already, or it is done here.
            let _ = self
                .first
                .compare_exchange(self.number, next, Ordering::Relaxed, Ordering::Relaxed);
        }
    }
}

impl Manager for SentinelManager {
    type Type = MultiplexedConnection;
    type Error = RedisError;

    async fn create(&self) -> Result<MultiplexedConnection, RedisError> {
        let mut turn = Turn {
            first: &self.first,
            number: self.first.load(Ordering::Relaxed),
            is_answered: false,
        };
        let connection = self.client(turn.number)?.get_async_connection().await?;
        turn.is_answered = true;
        Ok(connection)
    }

    async fn recycle(&self, connection: &mut MultiplexedConnection, _: &Metrics) -> RecycleResult<RedisError> {
        cmd("PING")
            .query_async::<()>(connection)
            .await
            .map_err(RecycleError::Backend)
    }
}
