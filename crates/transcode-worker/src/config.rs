//! What only this worker reads from the environment.

use std::time::Duration;

use safelight_core::config::{ConfigError, Env};

/// The bounds of one transcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TranscodeConfig {
    /// How long a transcode may make no progress before it is killed and tried again (`SAFELIGHT_TRANSCODE_STALL`, default 60 s).
    pub stall: Duration,
    /// Bytes of memory that the child of one transcode may fill (`SAFELIGHT_TRANSCODE_MEMORY`, default 4 GiB).
    pub memory: u64,
    /// Whether each encoder and decoder is tried when the worker starts (`SAFELIGHT_CODEC_TRIALS`, default true); without, all
    /// that is installed is believed to work.
    pub trials: bool,
}

impl TranscodeConfig {
    /// Reads the variables named at the fields.
    ///
    /// # Errors
    /// A variable has a value that cannot be read.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let stall = env
            .duration("SAFELIGHT_TRANSCODE_STALL")?
            .unwrap_or(Duration::from_secs(60));
        if stall < Duration::from_secs(1) {
            return Err(ConfigError::invalid("SAFELIGHT_TRANSCODE_STALL", "must be at least 1s"));
        }
        Ok(Self {
            stall,
            memory: env.bytes("SAFELIGHT_TRANSCODE_MEMORY")?.unwrap_or(4 << 30),
            trials: env.flag("SAFELIGHT_CODEC_TRIALS")?.unwrap_or(true),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bound_can_be_set() {
        let env = Env::of([
            ("SAFELIGHT_TRANSCODE_STALL", "5s"),
            ("SAFELIGHT_TRANSCODE_MEMORY", "1GiB"),
            ("SAFELIGHT_CODEC_TRIALS", "false"),
        ]);
        let config = TranscodeConfig {
            stall: Duration::from_secs(5),
            memory: 1 << 30,
            trials: false,
        };
        assert_eq!(TranscodeConfig::from_env(&env).unwrap(), config);
        assert!(TranscodeConfig::from_env(&Env::of([("SAFELIGHT_TRANSCODE_STALL", "0")])).is_err());
    }
}
