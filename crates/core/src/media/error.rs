use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::db::DbError;

/// What is wrong with a store as a whole: the node's trouble, never that of the job or upload that met it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Illness {
    /// No space, or no quota, is left.
    NoSpace,
    /// Mounted read-only, or writing is not permitted.
    ReadOnly,
    /// The device or the network mount reports errors.
    Io,
    /// An operation did not come back within its deadline.
    Stalled,
    /// A folder or its marker is not there: most often a mount that is missing.
    MountMissing,
    /// The folders belong to another store, or to another program.
    WrongMarker,
}

impl fmt::Display for Illness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSpace => "no space left",
            Self::ReadOnly => "not writable",
            Self::Io => "input/output error",
            Self::Stalled => "no answer from the file system",
            Self::MountMissing => "folder or marker missing",
            Self::WrongMarker => "wrong store",
        })
    }
}

/// Why an operation on the store failed.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The store is ill; the same work succeeds elsewhere or later.
    #[error("{illness}: {message}")]
    Ill {
        /// The kind of trouble.
        illness: Illness,
        /// What was tried and what to do, for people.
        message: String,
    },
    /// The file is not there (also a stale handle of a network mount).
    #[error("not found: {}", .0.display())]
    NotFound(PathBuf),
    /// A file of that name exists already; names are never reused.
    #[error("exists already: {}", .0.display())]
    Exists(PathBuf),
    /// Any other error of the file system.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The database could not be asked which store this is.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl MediaError {
    /// Sorts an error of the system into illness, absence and the rest.
    pub fn of(path: &Path, source: io::Error) -> Self {
        if let Some(illness) = illness_of(&source) {
            return Self::ill(illness, format!("{}: {source}", path.display()));
        }
        match Errno::from_io_error(&source) {
            Some(Errno::NOENT | Errno::STALE | Errno::NOTDIR) => Self::NotFound(path.to_owned()),
            Some(Errno::EXIST) => Self::Exists(path.to_owned()),
            _ => Self::Io {
                path: path.to_owned(),
                source,
            },
        }
    }

    /// An illness with its message.
    pub fn ill(illness: Illness, message: impl Into<String>) -> Self {
        Self::Ill {
            illness,
            message: message.into(),
        }
    }

    /// The illness, where this is one.
    pub fn illness(&self) -> Option<Illness> {
        match self {
            Self::Ill { illness, .. } => Some(*illness),
            _ => None,
        }
    }

    /// True where the file is simply not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound(_))
    }
}

fn illness_of(error: &io::Error) -> Option<Illness> {
    match Errno::from_io_error(error)? {
        Errno::NOSPC | Errno::DQUOT => Some(Illness::NoSpace),
        Errno::ROFS | Errno::ACCESS | Errno::PERM => Some(Illness::ReadOnly),
        Errno::IO | Errno::NXIO | Errno::HOSTDOWN | Errno::HOSTUNREACH | Errno::TIMEDOUT => Some(Illness::Io),
        Errno::NODEV | Errno::NOTCONN => Some(Illness::MountMissing),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(errno: Errno) -> MediaError {
        MediaError::of(Path::new("/x"), errno.into())
    }

    #[test]
    fn errors_are_sorted() {
        assert_eq!(sorted(Errno::NOSPC).illness(), Some(Illness::NoSpace));
        assert_eq!(sorted(Errno::ROFS).illness(), Some(Illness::ReadOnly));
        assert_eq!(sorted(Errno::IO).illness(), Some(Illness::Io));
        assert!(sorted(Errno::NOENT).is_not_found());
        assert!(sorted(Errno::STALE).is_not_found());
        assert!(matches!(sorted(Errno::EXIST), MediaError::Exists(_)));
        assert!(matches!(sorted(Errno::INVAL), MediaError::Io { .. }));
    }
}
