//! Slowing down those who guess: failed logins are counted per address, and too many are answered 429 without a look
//! at the password.
//!
//! The count is kept in memory of each gateway: with N gateways a guesser has N times the tries, which is still
//! nothing, and a login works without Redis.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::http::StatusCode;
use safelight_core::config::{ConfigError, Env};

use crate::http::error::ApiError;

/// Addresses remembered at most; past that the ones whose time is over are forgotten.
const REMEMBERED: usize = 10_000;

/// Counts failed logins.
#[derive(Clone)]
pub(crate) struct Attempts {
    limit: u32,
    window: Duration,
    failed: Arc<Mutex<HashMap<IpAddr, Failures>>>,
}

struct Failures {
    since: Instant,
    count: u32,
}

impl Attempts {
    /// `SAFELIGHT_LOGIN_ATTEMPTS` (default 20; 0 switches it off) failed logins of one address within
    /// `SAFELIGHT_LOGIN_WINDOW` (default 5m).
    ///
    /// # Errors
    /// A variable that cannot be read.
    pub(crate) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let limit = env.parse("SAFELIGHT_LOGIN_ATTEMPTS")?.unwrap_or(20);
        let window = env
            .duration("SAFELIGHT_LOGIN_WINDOW")?
            .unwrap_or(Duration::from_secs(300));
        Ok(Self {
            limit,
            window,
            failed: Arc::default(),
        })
    }

    /// Whether this address may try.
    ///
    /// # Errors
    /// 429 when it has failed too often lately.
    pub(crate) fn check(&self, address: Option<IpAddr>) -> Result<(), ApiError> {
        let Some(address) = address.filter(|_| self.limit > 0) else {
            return Ok(());
        };
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = failed
            .get(&address)
            .is_some_and(|f| f.since.elapsed() < self.window && f.count >= self.limit);
        if spent {
            let message = "Too many failed logins, try again later".to_owned();
            return Err(ApiError::Status(StatusCode::TOO_MANY_REQUESTS, message));
        }
        Ok(())
    }

    /// Counts a failure.
    pub(crate) fn fail(&self, address: Option<IpAddr>) {
        let Some(address) = address else { return };
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() >= REMEMBERED {
            failed.retain(|_, failures| failures.since.elapsed() < self.window);
        }
        let failures = failed.entry(address).or_insert_with(|| Failures {
            since: Instant::now(),
            count: 0,
        });
        if failures.since.elapsed() >= self.window {
            *failures = Failures {
                since: Instant::now(),
                count: 0,
            };
        }
        failures.count = failures.count.saturating_add(1);
    }

    /// Forgets the failures of an address that has logged in.
    pub(crate) fn succeed(&self, address: Option<IpAddr>) {
        if let Some(address) = address {
            self.failed
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_per_address_and_ends_with_a_success() {
        let attempts = Attempts::from_env(&Env::of([("SAFELIGHT_LOGIN_ATTEMPTS", "2")])).unwrap();
        let (one, two) = (Some("10.0.0.1".parse().unwrap()), Some("10.0.0.2".parse().unwrap()));
        attempts.fail(one);
        assert!(attempts.check(one).is_ok());
        attempts.fail(one);
        assert!(attempts.check(one).is_err());
        assert!(attempts.check(two).is_ok());
        attempts.succeed(one);
        assert!(attempts.check(one).is_ok());
    }

    #[test]
    fn zero_switches_it_off() {
        let attempts = Attempts::from_env(&Env::of([("SAFELIGHT_LOGIN_ATTEMPTS", "0")])).unwrap();
        let one = Some("10.0.0.1".parse().unwrap());
        attempts.fail(one);
        assert!(attempts.check(one).is_ok());
    }
}
