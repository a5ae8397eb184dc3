//! How many sockets, how much of each, how long.

use std::time::Duration;

use safelight_core::config::{ConfigError, Env};

/// The limits of sockets. Every value is a variable, listed in `docs/configuration.md`.
#[derive(Clone, Debug)]
pub(crate) struct SocketLimits {
    /// `SAFELIGHT_SOCKETS_MAX`: open at the same time in one gateway (10,000).
    pub(super) most: usize,
    /// `SAFELIGHT_SOCKETS_STRANGERS`: open at the same time only to be told that their credentials are bad (100); more are
    /// answered 401. They take no place of the others.
    pub(super) strangers: usize,
    /// `SAFELIGHT_SOCKET_HANDSHAKE_TIMEOUT`: from the upgrade to the client's CONNECT (45 s).
    pub(super) handshake: Duration,
    /// `SAFELIGHT_SOCKET_PING_INTERVAL`: between two pings (25 s).
    pub(super) ping_interval: Duration,
    /// `SAFELIGHT_SOCKET_PING_TIMEOUT`: how long the answer to a ping may take (20 s).
    pub(super) ping_timeout: Duration,
    /// `SAFELIGHT_SOCKET_FRAME_LIMIT`: bytes of a message of a client (64 KiB).
    pub(super) frame: usize,
    /// `SAFELIGHT_SOCKET_QUEUE_MESSAGES`: messages that wait for one client (2,000).
    pub(super) queue_messages: usize,
    /// `SAFELIGHT_SOCKET_QUEUE_BYTES`: bytes that wait for one client (8 MiB).
    pub(super) queue_bytes: usize,
    /// `SAFELIGHT_SOCKET_RECHECK`: between two looks whether sessions, keys and accounts are still good (30 s).
    pub(super) recheck: Duration,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            most: 10_000,
            strangers: 100,
            handshake: Duration::from_secs(45),
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(20),
            frame: 64 * 1024,
            queue_messages: 2_000,
            queue_bytes: 8 * 1024 * 1024,
            recheck: Duration::from_secs(30),
        }
    }
}

impl SocketLimits {
    /// The limits the environment asks for.
    ///
    /// # Errors
    /// A variable that cannot be read.
    pub(crate) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let default = Self::default();
        let time = |name: &str, default: Duration| Ok::<_, ConfigError>(env.duration(name)?.unwrap_or(default));
        let size = |name: &str, default: usize| {
            let given = env
                .bytes(name)?
                .map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
            Ok::<_, ConfigError>(given.unwrap_or(default))
        };
        Ok(Self {
            most: env.parse("SAFELIGHT_SOCKETS_MAX")?.unwrap_or(default.most),
            strangers: env.parse("SAFELIGHT_SOCKETS_STRANGERS")?.unwrap_or(default.strangers),
            handshake: time("SAFELIGHT_SOCKET_HANDSHAKE_TIMEOUT", default.handshake)?,
            ping_interval: time("SAFELIGHT_SOCKET_PING_INTERVAL", default.ping_interval)?,
            ping_timeout: time("SAFELIGHT_SOCKET_PING_TIMEOUT", default.ping_timeout)?,
            frame: size("SAFELIGHT_SOCKET_FRAME_LIMIT", default.frame)?,
            queue_messages: env
                .parse("SAFELIGHT_SOCKET_QUEUE_MESSAGES")?
                .unwrap_or(default.queue_messages),
            queue_bytes: size("SAFELIGHT_SOCKET_QUEUE_BYTES", default.queue_bytes)?,
            recheck: time("SAFELIGHT_SOCKET_RECHECK", default.recheck)?,
        })
    }
}
