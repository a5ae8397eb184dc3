//! What goes wrong with a helper process.

use std::{io, time::Duration};

use super::Excuse;

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
    #[error("{program} did not finish within {} ms{}", after.as_millis(), in_brackets(excuse.as_ref()))]
    Deadline {
        /// The program as it was asked for.
        program: String,
        /// The deadline it had.
        after: Duration,
        /// Why it is not to blame, if it is not.
        excuse: Option<Excuse>,
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
    /// Whether trying again may help: a broken pipe, or a machine that kept the child from its work, may be a passing trouble. What a
    /// child did with all of its time, and whatever it had to say, it would do again.
    pub const fn can_heal(&self) -> bool {
        match self {
            Self::Spawn { .. } | Self::Io { .. } => true,
            Self::Deadline { excuse, .. } => excuse.is_some(),
            Self::TooMuchOutput { .. } => false,
        }
    }
}

fn in_brackets(excuse: Option<&Excuse>) -> String {
    excuse.map(|excuse| format!(" ({excuse})")).unwrap_or_default()
}
