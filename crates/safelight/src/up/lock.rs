//! One launcher for each data folder.

use std::fs::{File, OpenOptions};
use std::path::Path;

use anyhow::Context as _;
use rustix::fs::{FlockOperation, flock};

/// Held by a running launcher; the kernel lets go of it when the process ends in any way.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Takes the lock in a folder; none when another process has it.
pub(crate) fn try_lock(run: &Path) -> anyhow::Result<Option<Lock>> {
    let path = run.join("lock");
    let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = opened.with_context(|| format!("cannot open {}", path.display()))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

/// Whether a launcher runs for this folder.
pub(crate) fn is_held(run: &Path) -> anyhow::Result<bool> {
    Ok(run.is_dir() && try_lock(run)?.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_once_and_free_again() {
        let dir = tempfile::tempdir().unwrap();
        let lock = try_lock(dir.path()).unwrap();
        assert!(lock.is_some() && is_held(dir.path()).unwrap());
        assert!(try_lock(dir.path()).unwrap().is_none());
        drop(lock);
        assert!(!is_held(dir.path()).unwrap());
        assert!(!is_held(Path::new("/nowhere")).unwrap());
    }
}
