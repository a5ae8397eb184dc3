use std::path::PathBuf;
use std::time::Duration;

use super::{ConfigError, Env};

/// Where media files are, and the limits of handling them.
#[derive(Debug, Clone)]
pub struct MediaConfig {
    /// Root of all media folders (`IMMICH_MEDIA_LOCATION`, default `/data`), absolute.
    pub location: PathBuf,
    /// Uploads are refused while less than this is free, in bytes (`SAFELIGHT_MIN_FREE`, default 1 GiB).
    pub min_free: u64,
    /// How long a file that should exist may stay invisible on a network mount (`SAFELIGHT_VISIBILITY_GRACE`, default
    /// 90 s).
    pub visibility_grace: Duration,
    /// How long one file operation may take before the mount counts as gone (`SAFELIGHT_FILE_TIMEOUT`, default 30 s).
    pub file_timeout: Duration,
    /// Go on where a folder's marker is missing (`IMMICH_IGNORE_MOUNT_CHECK_ERRORS`).
    pub ignore_mount_check: bool,
}

impl MediaConfig {
    /// Reads the variables named at the fields.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let location = PathBuf::from(
            env.string("IMMICH_MEDIA_LOCATION")?
                .unwrap_or_else(|| "/data".to_owned()),
        );
        let location = std::path::absolute(&location)
            .map_err(|error| ConfigError::invalid("IMMICH_MEDIA_LOCATION", format!("is not a path: {error}")))?;
        Ok(Self {
            location,
            min_free: env.bytes("SAFELIGHT_MIN_FREE")?.unwrap_or(1 << 30),
            visibility_grace: env
                .duration("SAFELIGHT_VISIBILITY_GRACE")?
                .unwrap_or(Duration::from_secs(90)),
            file_timeout: env
                .duration("SAFELIGHT_FILE_TIMEOUT")?
                .unwrap_or(Duration::from_secs(30)),
            ignore_mount_check: env.flag("IMMICH_IGNORE_MOUNT_CHECK_ERRORS")?.unwrap_or(false),
        })
    }
}
