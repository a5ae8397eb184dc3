//! Limits of what people may ask of their account.

use std::time::Duration;

use safelight_core::config::{ConfigError, Env};

/// Every value is a variable, listed in `docs/configuration.md`.
#[derive(Clone, Debug)]
pub(crate) struct AccountLimits {
    /// `SAFELIGHT_PROFILE_IMAGE_LIMIT`: bytes of a picture of oneself (20 MiB).
    pub(crate) profile_image: u64,
    /// `SAFELIGHT_PROFILE_IMAGE_WAIT`: how long the answer to such a picture waits for the small one to be made (10 s).
    pub(crate) profile_wait: Duration,
    /// `SAFELIGHT_FRESH_LOGIN`: a login this young may set a password without the old one (15 min).
    pub(crate) fresh_login: Duration,
    /// `SAFELIGHT_PIN_LIMIT`: when the PIN has to be given again, however much the locked folder is used (1 h).
    pub(crate) pin: Duration,
    /// `SAFELIGHT_HEATMAP_DAYS`: most days that one answer counts (3660).
    pub(crate) heatmap_days: u32,
    /// `SAFELIGHT_ALBUM_ADDITIONS`: assets times albums of one request that adds to several (200,000).
    pub(crate) album_additions: usize,
}

impl AccountLimits {
    /// The limits the environment asks for.
    ///
    /// # Errors
    /// A variable that cannot be read.
    pub(crate) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let fresh_login = env.duration("SAFELIGHT_FRESH_LOGIN")?;
        Ok(Self {
            fresh_login: fresh_login.unwrap_or(Duration::from_secs(900)),
            pin: env
                .duration("SAFELIGHT_PIN_LIMIT")?
                .unwrap_or(Duration::from_secs(3_600)),
            profile_image: env.bytes("SAFELIGHT_PROFILE_IMAGE_LIMIT")?.unwrap_or(20 << 20),
            profile_wait: env
                .duration("SAFELIGHT_PROFILE_IMAGE_WAIT")?
                .unwrap_or(Duration::from_secs(10)),
            heatmap_days: env.parse("SAFELIGHT_HEATMAP_DAYS")?.unwrap_or(3660),
            album_additions: env.parse("SAFELIGHT_ALBUM_ADDITIONS")?.unwrap_or(200_000),
        })
    }
}
