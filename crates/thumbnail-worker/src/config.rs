//! What only this worker reads from the environment.

use std::time::Duration;

use safelight_core::config::{ConfigError, Env};

use crate::pipeline::Limits;

/// Limits of single photos, and what all of them together may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureConfig {
    /// What is refused.
    pub limits: Limits,
    /// Bytes that all photos being read and decoded may take together (`SAFELIGHT_PICTURE_MEMORY`, default 1 GiB). A photo that
    /// needs more than all of it is read and decoded alone.
    pub memory: u64,
    /// How long a decoder in a process of its own may take for one file (`SAFELIGHT_DECODE_TIMEOUT`, default two minutes).
    pub decode_time: Duration,
    /// How long such a process may wait for its next file before it ends (`SAFELIGHT_DECODER_IDLE`, default one minute).
    pub decoder_idle: Duration,
    /// Takes what can be read of damaged files (`IMMICH_PROCESS_INVALID_IMAGES`).
    pub process_invalid: bool,
}

impl PictureConfig {
    /// Reads the variables named at the fields and at [`Limits`].
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let defaults = Limits::default();
        let limits = Limits {
            file: env.bytes("SAFELIGHT_MAX_PICTURE_FILE")?.unwrap_or(defaults.file),
            side: env.parse("SAFELIGHT_MAX_SIDE")?.unwrap_or(defaults.side),
            pixels: env.parse("SAFELIGHT_MAX_PIXELS")?.unwrap_or(defaults.pixels),
            memory: env.bytes("SAFELIGHT_MAX_PICTURE_MEMORY")?.unwrap_or(defaults.memory),
            work: env.duration("SAFELIGHT_MAX_PICTURE_WORK")?.unwrap_or(defaults.work),
        };
        Ok(Self {
            limits,
            memory: env.bytes("SAFELIGHT_PICTURE_MEMORY")?.unwrap_or(1 << 30),
            decode_time: env
                .duration("SAFELIGHT_DECODE_TIMEOUT")?
                .unwrap_or(Duration::from_secs(120)),
            decoder_idle: env
                .duration("SAFELIGHT_DECODER_IDLE")?
                .unwrap_or(Duration::from_mins(1)),
            process_invalid: env.flag("IMMICH_PROCESS_INVALID_IMAGES")?.unwrap_or(false),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_can_be_set() {
        let config = PictureConfig::from_env(&Env::of([
            ("SAFELIGHT_MAX_PICTURE_FILE", "5MiB"),
            ("SAFELIGHT_MAX_SIDE", "7"),
            ("SAFELIGHT_MAX_PIXELS", "8"),
            ("SAFELIGHT_MAX_PICTURE_MEMORY", "9"),
            ("SAFELIGHT_MAX_PICTURE_WORK", "12s"),
            ("SAFELIGHT_PICTURE_MEMORY", "10"),
            ("SAFELIGHT_DECODE_TIMEOUT", "11s"),
            ("SAFELIGHT_DECODER_IDLE", "12s"),
            ("IMMICH_PROCESS_INVALID_IMAGES", "true"),
        ]))
        .unwrap();
        let limits = Limits {
            file: 5 << 20,
            side: 7,
            pixels: 8,
            memory: 9,
            work: Duration::from_secs(12),
        };
        assert_eq!(
            config,
            PictureConfig {
                limits,
                memory: 10,
                decode_time: Duration::from_secs(11),
                decoder_idle: Duration::from_secs(12),
                process_invalid: true
            }
        );
        assert!(PictureConfig::from_env(&Env::of([("SAFELIGHT_MAX_PIXELS", "many")])).is_err());
    }
}
