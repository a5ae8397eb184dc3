//! How many attempts are free, and how long the pauses become.

use std::time::Duration;

use safelight_core::config::{ConfigError, Env};

use super::count::Count;

/// The limits of attempts. Where a number of free attempts is 0, that count does not exist.
#[derive(Clone, Debug)]
pub(crate) struct AttemptLimits {
    /// `SAFELIGHT_ATTEMPTS`: wrong attempts without a pause at one account from one network, or by who is logged in (10).
    here: u32,
    /// `SAFELIGHT_ATTEMPTS_ACCOUNT`: at one account from all networks in which it has no open login (30).
    account: u32,
    /// `SAFELIGHT_ATTEMPTS_NETWORK`: from one network at all accounts that have no open login there (50).
    network: u32,
    /// `SAFELIGHT_ATTEMPT_PAUSE`: the first pause, which doubles (1 s).
    pub(super) pause: Duration,
    /// `SAFELIGHT_ATTEMPT_PAUSE_LIMIT`: the longest pause of logins (1 min).
    longest: Duration,
    /// `SAFELIGHT_ATTEMPT_OWN_PAUSE_LIMIT`: the longest pause of those who are logged in (15 min): a PIN has six digits.
    longest_own: Duration,
    /// `SAFELIGHT_ATTEMPT_MEMORY`: a count is forgotten when none was added for so long (1 h).
    pub(super) memory: Duration,
    /// `SAFELIGHT_ATTEMPT_COUNTS`: the most counts that a gateway remembers by itself (10,000).
    pub(super) counts: usize,
}

impl AttemptLimits {
    /// The limits the environment asks for.
    ///
    /// # Errors
    /// A variable that cannot be read.
    pub(crate) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let seconds = |name: &str, default: u64| {
            let given = env.duration(name)?;
            Ok::<_, ConfigError>(given.unwrap_or(Duration::from_secs(default)))
        };
        let longest = seconds("SAFELIGHT_ATTEMPT_PAUSE_LIMIT", 60)?;
        let longest_own = seconds("SAFELIGHT_ATTEMPT_OWN_PAUSE_LIMIT", 900)?;
        Ok(Self {
            here: env.parse("SAFELIGHT_ATTEMPTS")?.unwrap_or(10),
            account: env.parse("SAFELIGHT_ATTEMPTS_ACCOUNT")?.unwrap_or(30),
            network: env.parse("SAFELIGHT_ATTEMPTS_NETWORK")?.unwrap_or(50),
            pause: seconds("SAFELIGHT_ATTEMPT_PAUSE", 1)?,
            // A count outlives its pause.
            memory: seconds("SAFELIGHT_ATTEMPT_MEMORY", 3_600)?
                .max(longest * 2)
                .max(longest_own * 2),
            longest,
            longest_own,
            counts: env.parse("SAFELIGHT_ATTEMPT_COUNTS")?.unwrap_or(10_000).max(1),
        })
    }

    /// Of one account in one network.
    pub(super) fn here(&self, name: String) -> Count {
        Self::count(name, self.here, self.longest)
    }

    /// Of one account in all networks that it is not known in.
    pub(super) fn account(&self, name: String) -> Count {
        Self::count(name, self.account, self.longest)
    }

    /// Of one network, at all accounts that are not known in it.
    pub(super) fn network(&self, name: String) -> Count {
        Self::count(name, self.network, self.longest)
    }

    /// Of one's own secret, by who is logged in.
    pub(super) fn own(&self, name: String) -> Count {
        Self::count(name, self.here, self.longest_own)
    }

    fn count(name: String, free: u32, longest: Duration) -> Count {
        Count { name, free, longest }
    }
}
