//! The configuration of the gateway, read once at the start.

use std::net::{IpAddr, Ipv4Addr};

use safelight_core::config::{ConfigError, Env, ServiceConfig};

use crate::{
    access::attempts::Attempts,
    http::{
        client::{ProxyError, TrustedProxies},
        limits::HttpLimits,
    },
};

/// Everything the environment says.
pub(crate) struct GatewayConfig {
    /// What every service needs.
    pub(crate) service: ServiceConfig,
    /// `IMMICH_HOST`: the address to listen on (all).
    pub(crate) host: IpAddr,
    /// `IMMICH_PORT`: the port to listen on (2283).
    pub(crate) port: u16,
    /// Limits of requests.
    pub(crate) http: HttpLimits,
    /// Whose forwarded headers are believed.
    pub(crate) trusted_proxies: TrustedProxies,
    /// How often a login may fail.
    pub(crate) attempts: Attempts,
}

/// What is wrong with the environment.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
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
    pub(crate) fn from_env(env: &Env) -> Result<Self, Error> {
        Ok(Self {
            service: ServiceConfig::from_env(env)?,
            host: env.parse("IMMICH_HOST")?.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            port: env.parse("IMMICH_PORT")?.unwrap_or(2283),
            http: HttpLimits::from_env(env)?,
            trusted_proxies: TrustedProxies::from_env(env)?,
            attempts: Attempts::from_env(env)?,
        })
    }
}
