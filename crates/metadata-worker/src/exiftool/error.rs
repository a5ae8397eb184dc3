//! What goes wrong with `ExifTool`.

use std::ffi::OsString;
use std::time::Duration;

use safelight_core::child::ChildError;

/// Why a file was not read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExifToolError {
    /// The program is not where it should be.
    #[error("there is no exiftool here: {}", .0.display())]
    Missing(OsString),
    /// Perl is missing or this machine is at a limit.
    #[error("{0}")]
    Start(#[source] ChildError),
    /// The library does not load, or its process cannot be closed in.
    #[error("exiftool does not start: {0}")]
    Unusable(String),
    /// It took too long with this file and was killed.
    #[error("exiftool did not answer within {} s", .0.as_secs())]
    Deadline(Duration),
    /// The file takes more memory than one file may.
    #[error("exiftool would need more than {} MiB of memory for this file", .0 >> 20)]
    Memory(u64),
    /// The file takes more processor time than one file may.
    #[error("exiftool would need more than {0} s of processor time for this file")]
    Cpu(u64),
    /// It printed more than any honest file has to say, and was killed.
    #[error("exiftool had more than {0} bytes to say about this file")]
    TooMuchOutput(u64),
    /// It ended in the middle of this file, in this way.
    #[error("exiftool {0} in the middle of a file{1}")]
    Ended(String, String),
    /// The program that loads it is gone.
    #[error("exiftool ended by itself")]
    Gone,
    /// A pipe to it broke.
    #[error("lost touch with exiftool: {0}")]
    Pipe(#[from] std::io::Error),
    /// What it answered is not what was asked for.
    #[error("exiftool's answer cannot be read")]
    Answer,
    /// It said why it did not do what it was asked.
    #[error("exiftool: {0}")]
    Refused(String),
}

impl ExifToolError {
    /// Whether the machine rather than the file is to blame: without the program no file can be read here.
    pub(crate) const fn is_illness(&self) -> bool {
        matches!(self, Self::Missing(_) | Self::Start(_) | Self::Unusable(_))
    }

    /// Whether the file is to blame, each time anew: it costs more than one file may.
    pub(crate) const fn is_excess(&self) -> bool {
        matches!(
            self,
            Self::Memory(_) | Self::Cpu(_) | Self::TooMuchOutput(_) | Self::Answer
        )
    }

    /// Whether the file may be to blame: it took very long, or ended the program.
    pub(crate) const fn is_suspicious(&self) -> bool {
        matches!(self, Self::Deadline(_) | Self::Ended(..))
    }
}
