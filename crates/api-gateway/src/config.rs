//! The variables that only the gateway reads.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use safelight_core::config::{ConfigError, Env};

use crate::{
    access::attempts::AttemptLimits,
    door::DoorLimits,
    http::{
        client::{ProxyError, TrustedProxies},
        limits::HttpLimits,
    },
    live::SocketLimits,
    resource::user::AccountLimits,
    web_root,
};

/// How the gateway listens, and to whom.
#[derive(Clone, Debug)]
pub(crate) struct GatewayConfig {
    /// `IMMICH_HOST` (all addresses) and `IMMICH_PORT` (2283).
    pub(crate) address: SocketAddr,
    /// Limits of requests.
    pub(crate) http: HttpLimits,
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
    /// How often a login may fail.
    pub(crate) attempts: AttemptLimits,
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
        let host = env.parse("IMMICH_HOST")?.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        Ok(Self {
            address: SocketAddr::new(host, env.parse("IMMICH_PORT")?.unwrap_or(2283)),
            http: HttpLimits::from_env(env)?,
            web_root: web_root::location(env)?,
            accounts: AccountLimits::from_env(env)?,
            trusted_proxies: TrustedProxies::from_env(env)?,
            sockets: SocketLimits::from_env(env)?,
            door: DoorLimits::from_env(env)?,
            attempts: AttemptLimits::from_env(env)?,
        })
    }
}
