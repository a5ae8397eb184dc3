//! What a helper may take.

use std::time::Duration;

use safelight_core::config::{ConfigError, Env};

/// The bounds of one helper process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VideoLimits {
    /// `SAFELIGHT_VIDEO_PROBE_TIMEOUT`: how long looking at one file may take.
    pub probe: Duration,
    /// `SAFELIGHT_VIDEO_FRAME_TIMEOUT`: how long finding one picture in a file may take.
    pub frame: Duration,
    /// `SAFELIGHT_VIDEO_MEMORY`: bytes of address space of one helper. Decoders reserve more than they touch.
    pub memory: u64,
    /// `SAFELIGHT_VIDEO_READ_THROUGH`: the largest film, in bytes, that is read through for its length where its header only claims one; eight
    /// times as much where the clock of its container may have been set meanwhile. Of larger ones the last part is looked at.
    pub read_through: u64,
}

impl Default for VideoLimits {
    fn default() -> Self {
        Self {
            probe: Duration::from_mins(1),
            frame: Duration::from_mins(2),
            memory: 16 << 30,
            read_through: 256 << 20,
        }
    }
}

impl VideoLimits {
    /// Reads the variables named at the fields.
    ///
    /// # Errors
    /// A variable has a value that cannot be read.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let default = Self::default();
        Ok(Self {
            probe: env.duration("SAFELIGHT_VIDEO_PROBE_TIMEOUT")?.unwrap_or(default.probe),
            frame: env.duration("SAFELIGHT_VIDEO_FRAME_TIMEOUT")?.unwrap_or(default.frame),
            memory: env.bytes("SAFELIGHT_VIDEO_MEMORY")?.unwrap_or(default.memory),
            read_through: env
                .bytes("SAFELIGHT_VIDEO_READ_THROUGH")?
                .unwrap_or(default.read_through),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_can_be_set() {
        let env = Env::of([
            ("SAFELIGHT_VIDEO_PROBE_TIMEOUT", "3s"),
            ("SAFELIGHT_VIDEO_FRAME_TIMEOUT", "4s"),
            ("SAFELIGHT_VIDEO_MEMORY", "5GiB"),
            ("SAFELIGHT_VIDEO_READ_THROUGH", "6MiB"),
        ]);
        let limits = VideoLimits {
            probe: Duration::from_secs(3),
            frame: Duration::from_secs(4),
            memory: 5 << 30,
            read_through: 6 << 20,
        };
        assert_eq!(VideoLimits::from_env(&env).unwrap(), limits);
    }
}
