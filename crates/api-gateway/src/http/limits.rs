//! Limits of the HTTP side: how large, how slow, how long.

use std::time::Duration;

use safelight_core::config::{ConfigError, Env};

/// How patient the gateway is. Every value is a variable, listed in `docs/configuration.md`.
#[derive(Clone, Debug)]
pub(crate) struct HttpLimits {
    /// `SAFELIGHT_HTTP_BODY_LIMIT`: bytes of a JSON or urlencoded body (10 MiB).
    pub(crate) body: u64,
    /// `SAFELIGHT_HTTP_HEADER_TIMEOUT`: from the first byte of a request to the end of its headers (10 s).
    pub(crate) headers: Duration,
    /// `SAFELIGHT_HTTP_STALL_TIMEOUT`: between two pieces of a body, also of an upload (120 s).
    pub(crate) stall: Duration,
    /// `SAFELIGHT_HTTP_BODY_TIMEOUT`: for the whole of a JSON body (60 s).
    pub(crate) whole_body: Duration,
    /// `SAFELIGHT_HTTP_KEEP_ALIVE`: how long an idle connection is kept (75 s).
    pub(crate) keep_alive: Duration,
    /// `SAFELIGHT_HTTP_LINGER`: how long an early answer waits for the client to stop sending (5 s).
    pub(crate) linger: Duration,
    /// `SAFELIGHT_HTTP_SHUTDOWN`: how long running requests may go on after SIGTERM (8 s).
    pub(crate) shutdown: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            body: 10 * 1024 * 1024,
            headers: Duration::from_secs(10),
            stall: Duration::from_secs(120),
            whole_body: Duration::from_secs(60),
            keep_alive: Duration::from_secs(75),
            linger: Duration::from_secs(5),
            shutdown: Duration::from_secs(8),
        }
    }
}

impl HttpLimits {
    /// The limits the environment asks for.
    ///
    /// # Errors
    /// A variable that cannot be read.
    pub(crate) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let default = Self::default();
        Ok(Self {
            body: env.bytes("SAFELIGHT_HTTP_BODY_LIMIT")?.unwrap_or(default.body),
            headers: env
                .duration("SAFELIGHT_HTTP_HEADER_TIMEOUT")?
                .unwrap_or(default.headers),
            stall: env.duration("SAFELIGHT_HTTP_STALL_TIMEOUT")?.unwrap_or(default.stall),
            whole_body: env
                .duration("SAFELIGHT_HTTP_BODY_TIMEOUT")?
                .unwrap_or(default.whole_body),
            keep_alive: env.duration("SAFELIGHT_HTTP_KEEP_ALIVE")?.unwrap_or(default.keep_alive),
            linger: env.duration("SAFELIGHT_HTTP_LINGER")?.unwrap_or(default.linger),
            shutdown: env.duration("SAFELIGHT_HTTP_SHUTDOWN")?.unwrap_or(default.shutdown),
        })
    }
}
