//! The variables that only the gateway reads.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use safelight_core::config::{ConfigError, Env};

use crate::{
    access::{attempts::AttemptLimits, password::LineLimits},
    answers,
    door::DoorLimits,
    http::{
        limits::HttpLimits,
        proxies::{ProxyError, TrustedProxies},
        validate::Bounds,
    },
    live::SocketLimits,
    resource::{fleet::feed_hold, system_config::mail_patience, user::AccountLimits},
    web_root,
};

/// How the gateway listens, and to whom.
#[derive(Clone, Debug)]
pub(crate) struct GatewayConfig {
    /// `IMMICH_HOST`; none is all addresses.
    pub(crate) host: Option<IpAddr>,
    /// `IMMICH_PORT` (2283).
    pub(crate) port: u16,
    /// Limits of requests.
    pub(crate) http: HttpLimits,
    /// How much a request may hold.
    pub(crate) bounds: Bounds,
    /// Limits of accounts.
    pub(crate) accounts: AccountLimits,
    /// `SAFELIGHT_WEB_ROOT`, or the `www` of `IMMICH_BUILD_DATA`: where the build of the web app lies.
    pub(crate) web_root: Option<PathBuf>,
    /// Whose forwarded headers are believed.
    pub(crate) trusted_proxies: TrustedProxies,
    /// Limits of sockets.
    pub(crate) sockets: SocketLimits,
    /// How connections to the database are shared out.
    pub(crate) door: DoorLimits,
    /// How often a secret may be guessed at.
    pub(crate) attempts: AttemptLimits,
    /// How many may wait for a hash.
    pub(crate) hashes: LineLimits,
    /// How long a mail server may take.
    pub(crate) mail_patience: Duration,
    /// Bytes of the finished answers that are kept.
    pub(crate) answers: usize,
    /// How long a transaction may hold readers of the feed back before it is named.
    pub(crate) feed_hold: Duration,
}

/// What is wrong with the environment.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GatewayConfigError {
    /// A variable cannot be read.
    #[error(transparent)]
    Variable(#[from] ConfigError),
    /// The list of proxies.
    #[error(transparent)]
    Proxies(#[from] ProxyError),
}

impl GatewayConfig {
    /// Reads the environment.
    ///
    /// # Errors
    /// The first variable that makes no sense.
    pub(crate) fn from_env(env: &Env) -> Result<Self, GatewayConfigError> {
        Ok(Self {
            host: env.parse("IMMICH_HOST")?,
            port: env.parse("IMMICH_PORT")?.unwrap_or(2283),
            http: HttpLimits::from_env(env)?,
            bounds: Bounds::from_env(env)?,
            web_root: web_root::location(env)?,
            accounts: AccountLimits::from_env(env)?,
            trusted_proxies: TrustedProxies::from_env(env)?,
            sockets: SocketLimits::from_env(env)?,
            door: DoorLimits::from_env(env)?,
            attempts: AttemptLimits::from_env(env)?,
            hashes: LineLimits::from_env(env)?,
            mail_patience: mail_patience(env)?,
            answers: answers::bytes_from_env(env)?,
            feed_hold: feed_hold(env)?,
        })
    }
}
