use std::path::PathBuf;
use std::time::Duration;

use super::{ConfigError, Env};

/// Threads of a process that read files, and as many that write them.
const FILE_THREADS: usize = 8;
/// More than any mount answers at a time.
const MOST_FILE_THREADS: usize = 256;

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
    /// How many files may be read, opened or looked at in one moment (`SAFELIGHT_FILE_READERS`, default 8).
    pub file_readers: usize,
    /// How many files may be written, synced or deleted in one moment (`SAFELIGHT_FILE_WRITERS`, default 8).
    pub file_writers: usize,
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
            file_readers: threads(env, "SAFELIGHT_FILE_READERS")?,
            file_writers: threads(env, "SAFELIGHT_FILE_WRITERS")?,
            ignore_mount_check: env.flag("IMMICH_IGNORE_MOUNT_CHECK_ERRORS")?.unwrap_or(false),
        })
    }
}

/// A number of threads that work at files.
fn threads(env: &Env, name: &str) -> Result<usize, ConfigError> {
    match env.parse(name)?.unwrap_or(FILE_THREADS) {
        threads @ 1..=MOST_FILE_THREADS => Ok(threads),
        _ => Err(ConfigError::invalid(name, format!("must be 1 to {MOST_FILE_THREADS}"))),
    }
}
