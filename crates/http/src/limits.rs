//! Limits of the HTTP side: how large, how slow, how long.

use std::time::Duration;

use safelight_core::config::{ConfigError, Env};

/// How patient the gateway is. Every value is a variable, listed in `docs/configuration.md`.
#[derive(Clone, Debug)]
pub struct HttpLimits {
    /// `SAFELIGHT_HTTP_BODY_LIMIT`: bytes of a JSON body (10 MiB).
    pub body: u64,
    /// `SAFELIGHT_HTTP_PUBLIC_BODY_LIMIT`: bytes of a body on a route that needs no credentials (16 KiB).
    pub public_body: u64,
    /// `SAFELIGHT_HTTP_LARGE_BODY`: from so many bytes on a body is read aside (64 KiB).
    pub large_body: u64,
    /// `SAFELIGHT_HTTP_LARGE_BODIES`: how many large bodies are read at the same time (2).
    pub body_readers: usize,
    /// `SAFELIGHT_HTTP_BODY_MEMORY`: bytes of all large bodies that are here (256 MiB).
    pub body_memory: u64,
    /// `SAFELIGHT_HTTP_FORM_TEXTS`: bytes of all texts of a form with files (1 MiB).
    pub form_texts: usize,
    /// `SAFELIGHT_HTTP_HEADER_TIMEOUT`: from the first byte of a request to the end of its headers (10 s).
    pub headers: Duration,
    /// `SAFELIGHT_HTTP_STALL_TIMEOUT`: between two pieces of a body, also of an upload (120 s).
    pub stall: Duration,
    /// `SAFELIGHT_HTTP_BODY_TIMEOUT`: for the whole of a JSON body (60 s).
    pub whole_body: Duration,
    /// `SAFELIGHT_HTTP_KEEP_ALIVE`: how long an idle connection is kept (75 s).
    pub keep_alive: Duration,
    /// `SAFELIGHT_HTTP_LINGER`: how long an early answer waits for the client to stop sending (5 s).
    pub linger: Duration,
    /// `SAFELIGHT_HTTP_SHUTDOWN`: how long running requests may go on after SIGTERM (8 s).
    pub shutdown: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            body: 10 * 1024 * 1024,
            public_body: 16 * 1024,
            large_body: 64 * 1024,
            body_readers: 2,
            body_memory: 256 * 1024 * 1024,
            form_texts: 1024 * 1024,
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
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let default = Self::default();
        Ok(Self {
            body: env.bytes("SAFELIGHT_HTTP_BODY_LIMIT")?.unwrap_or(default.body),
            public_body: env
                .bytes("SAFELIGHT_HTTP_PUBLIC_BODY_LIMIT")?
                .unwrap_or(default.public_body),
            large_body: env.bytes("SAFELIGHT_HTTP_LARGE_BODY")?.unwrap_or(default.large_body),
            body_readers: env
                .parse::<usize>("SAFELIGHT_HTTP_LARGE_BODIES")?
                .unwrap_or(default.body_readers)
                .max(1),
            body_memory: env.bytes("SAFELIGHT_HTTP_BODY_MEMORY")?.unwrap_or(default.body_memory),
            form_texts: env
                .bytes("SAFELIGHT_HTTP_FORM_TEXTS")?
                .map_or(default.form_texts, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX)),
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
