//! Slowing down those who guess: failed logins are counted per address, and too many are answered 429 without a look
//! at the password.
//!
//! All gateways count together in Redis. Where Redis does not answer, nobody is locked out: what slows a guesser then
//! is that only so many hashes are computed at once ([`super::password`]).

use std::{net::IpAddr, time::Duration};

use actix_web::http::StatusCode;
use deadpool_redis::redis;
use safelight_core::{
    config::{ConfigError, Env, RedisConfig},
    events::CommandPool,
};

use crate::http::error::ApiError;

/// How many failures in how much time.
#[derive(Clone, Debug)]
pub(crate) struct AttemptLimits {
    /// `SAFELIGHT_LOGIN_ATTEMPTS`: failed logins of one address within the window (50); 0 switches the limit off.
    limit: u32,
    /// `SAFELIGHT_LOGIN_WINDOW`: counted from the first failure (5m).
    window: Duration,
}

impl AttemptLimits {
    /// Reads the two variables.
    ///
    /// # Errors
    /// A variable that cannot be read.
    pub(crate) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self {
            limit: env.parse("SAFELIGHT_LOGIN_ATTEMPTS")?.unwrap_or(50),
            window: env
                .duration("SAFELIGHT_LOGIN_WINDOW")?
                .unwrap_or(Duration::from_secs(300)),
        })
    }
}

/// Counts failed logins.
#[derive(Clone)]
pub(crate) struct Attempts {
    limits: AttemptLimits,
    commands: CommandPool,
    config: RedisConfig,
}

impl Attempts {
    /// The counter of this installation.
    pub(crate) fn new(limits: AttemptLimits, commands: CommandPool, config: &RedisConfig) -> Self {
        Self {
            limits,
            commands,
            config: config.clone(),
        }
    }

    /// Whether this address may try.
    ///
    /// # Errors
    /// 429 when it has failed too often lately.
    pub(crate) async fn check(&self, address: Option<IpAddr>) -> Result<(), ApiError> {
        let Some(key) = self.key(address) else { return Ok(()) };
        let count = self.commands.query::<Option<u32>>(redis::cmd("GET").arg(key)).await;
        match count {
            Ok(Some(count)) if count >= self.limits.limit => {
                let message = "Too many failed logins, try again later".to_owned();
                Err(ApiError::Status(StatusCode::TOO_MANY_REQUESTS, message))
            }
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::warn!(%error, "failed logins are not counted");
                Ok(())
            }
        }
    }

    /// Counts a failure.
    pub(crate) async fn fail(&self, address: Option<IpAddr>) {
        let Some(key) = self.key(address) else { return };
        // The first failure starts the window; later ones only count.
        let seconds = self.limits.window.as_secs().max(1);
        let start = self
            .commands
            .query::<Option<String>>(redis::cmd("SET").arg(&key).arg(0).arg("NX").arg("EX").arg(seconds))
            .await;
        let counted = self.commands.query::<u32>(redis::cmd("INCR").arg(&key)).await;
        if let Err(error) = start.map(drop).and(counted.map(drop)) {
            tracing::warn!(%error, "a failed login was not counted");
        }
    }

    /// Forgets the failures of an address that has logged in.
    pub(crate) async fn succeed(&self, address: Option<IpAddr>) {
        let Some(key) = self.key(address) else { return };
        // Failing to forget does no harm: the window ends by itself.
        let _ = self.commands.query::<u32>(redis::cmd("DEL").arg(key)).await;
    }

    fn key(&self, address: Option<IpAddr>) -> Option<String> {
        let address = address.filter(|_| self.limits.limit > 0)?;
        Some(self.config.key(&format!("login:{address}")))
    }
}
