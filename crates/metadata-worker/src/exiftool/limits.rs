//! What one file may cost, and where the program is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use safelight_core::config::{ConfigError, Env};

use super::ExifToolError;

/// How `ExifTool` is run.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// The program, by name or path. A library that lies beside it, as in the archives of its makers, goes before that of the
    /// system.
    pub(crate) program: OsString,
    /// What runs its library.
    pub(super) perl: OsString,
    /// The most files at once.
    pub(crate) processes: usize,
    /// How long one file may take.
    pub(crate) deadline: Duration,
    /// The most processor time that one file may take.
    pub(crate) cpu: Duration,
    /// The most memory (address space) of the process of one file, in bytes. Some 100 MB of it are the program, which all
    /// share.
    pub(crate) memory: u64,
    /// How long the program stays loaded without work.
    pub(crate) idle: Duration,
}

/// Bytes in a mebibyte.
const MIB: u64 = 1 << 20;

/// The least memory in mebibytes: below it the program itself does not fit.
const LEAST_MEMORY: u64 = 192;

impl Default for Limits {
    fn default() -> Self {
        Self {
            program: "exiftool".into(),
            perl: "perl".into(),
            processes: 32,
            deadline: Duration::from_mins(2),
            cpu: Duration::from_secs(20),
            memory: 384 * MIB,
            idle: Duration::from_mins(1),
        }
    }
}

impl Limits {
    /// Reads `SAFELIGHT_EXIFTOOL` (the program, default `exiftool` in `PATH`), `SAFELIGHT_EXIFTOOL_PROCESSES` (the most files
    /// at once, default 32: in practice as many as the queues run jobs), and for one file `SAFELIGHT_EXIFTOOL_TIMEOUT` (default
    /// 2 min), `SAFELIGHT_EXIFTOOL_CPU` (processor time, default 20 s) and `SAFELIGHT_EXIFTOOL_MEMORY` (MiB, default 384, at
    /// least 192).
    pub(crate) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let default = Self::default();
        let memory = env.parse::<u64>("SAFELIGHT_EXIFTOOL_MEMORY")?;
        Ok(Self {
            program: env
                .string("SAFELIGHT_EXIFTOOL")?
                .map_or(default.program, OsString::from),
            processes: env.parse("SAFELIGHT_EXIFTOOL_PROCESSES")?.unwrap_or(default.processes),
            deadline: env.duration("SAFELIGHT_EXIFTOOL_TIMEOUT")?.unwrap_or(default.deadline),
            cpu: env.duration("SAFELIGHT_EXIFTOOL_CPU")?.unwrap_or(default.cpu),
            memory: memory.map_or(default.memory, |mebibytes| {
                mebibytes.max(LEAST_MEMORY).saturating_mul(MIB)
            }),
            ..default
        })
    }

    /// Seconds of processor time, at least one.
    pub(super) fn cpu_seconds(&self) -> u64 {
        self.cpu.as_secs().max(1)
    }

    /// The folder of the library beside the program; none where the program uses that of the system.
    pub(super) fn library(&self) -> Result<Option<PathBuf>, ExifToolError> {
        let program = self
            .find()
            .ok_or_else(|| ExifToolError::Missing(self.program.clone()))?;
        let beside = program.parent().map(|folder| folder.join("lib"));
        Ok(beside.filter(|library| library.join("Image/ExifTool.pm").is_file()))
    }

    /// The program itself, whatever links lead to it.
    fn find(&self) -> Option<PathBuf> {
        let named = Path::new(&self.program);
        if named.components().count() > 1 {
            return named.canonicalize().ok();
        }
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find_map(|folder| folder.join(named).canonicalize().ok())
    }
}
