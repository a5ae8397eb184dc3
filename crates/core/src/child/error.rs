//! What goes wrong with a helper process.

use std::{io, time::Duration};

/// Why a helper process could not be started, or did not do its work. The program's name is in every message.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// It could not be started: the program is missing, or a limit of this machine is reached.
    #[error("cannot start {program}: {source}")]
    Spawn {
        /// The program as it was asked for.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// It ran past its deadline; its whole group was killed.
    #[error("{program} did not finish within {} ms", after.as_millis())]
    Deadline {
        /// The program as it was asked for.
        program: String,
        /// The deadline it had.
        after: Duration,
    },
    /// It wrote more than the caller accepts; its whole group was killed.
    #[error("{program} wrote more than {limit} bytes")]
    TooMuchOutput {
        /// The program as it was asked for.
        program: String,
        /// The most bytes the caller accepts.
        limit: usize,
    },
    /// A pipe to it broke, or it could not be waited for.
    #[error("lost touch with {program}: {source}")]
    Io {
        /// The program as it was asked for.
        program: String,
        /// What the system said.
        source: io::Error,
    },
}

impl ChildError {
    /// Whether trying again on this node may help: a deadline or a broken pipe may be a passing trouble of this run.
    pub const fn can_heal(&self) -> bool {
        !matches!(self, Self::TooMuchOutput { .. })
    }
}
