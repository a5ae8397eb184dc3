//! What goes wrong with exiftool.

use std::time::Duration;

use safelight_core::child::ChildError;

/// Why exiftool did not read or write a file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExifToolError {
    /// The name has a line break, which ends an argument.
    #[error("exiftool cannot be given a file name with a line break")]
    LineBreak,
    /// Only absolute paths are safe: no other can be taken for an option.
    #[error("exiftool was asked for a path that is not absolute")]
    RelativePath,
    /// The program is missing or this machine is at a limit.
    #[error("{0}")]
    Start(#[source] ChildError),
    /// It took too long with this file and was killed.
    #[error("exiftool did not answer within {} s", .0.as_secs())]
    Deadline(Duration),
    /// It ended in the middle of this file.
    #[error("exiftool ended in the middle of a file")]
    Ended,
    /// It printed more than any honest file has to say, and was killed.
    #[error("exiftool printed more than {0} bytes")]
    TooMuchOutput(usize),
    /// A pipe to it broke.
    #[error("lost touch with exiftool: {0}")]
    Pipe(#[from] std::io::Error),
    /// It printed something that is not JSON.
    #[error("exiftool's answer cannot be read: {0}")]
    Answer(#[from] serde_json::Error),
    /// It said why it did not do what it was asked.
    #[error("exiftool: {0}")]
    Refused(String),
}

impl ExifToolError {
    /// Whether the machine rather than the file is to blame: without the program no file can be read here.
    pub(crate) const fn is_illness(&self) -> bool {
        matches!(self, Self::Start(_))
    }
}
