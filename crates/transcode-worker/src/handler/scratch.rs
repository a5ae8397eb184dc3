//! Folders for the notes of a first pass, which are gone with their process: it removes them, or the next one does.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// How their names begin.
const PREFIX: &str = "safelight-passes-";
/// Held while the folder is in use: the kernel lets go of it when the process ends, however it ends.
const LOCK: &str = "in-use";
/// A folder without that file is of a process that has just begun, or of an older release that was killed.
const ABANDONED: Duration = Duration::from_hours(24);

/// A folder that goes when it is dropped.
pub(super) struct Scratch {
    folder: TempDir,
    _in_use: File,
}

impl Scratch {
    /// A new one in the folder for temporary files.
    pub(super) fn new() -> io::Result<Self> {
        Self::below(&std::env::temp_dir())
    }

    fn below(place: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(place)?;
        let in_use = File::create_new(folder.path().join(LOCK))?;
        in_use.lock()?;
        Ok(Self {
            folder,
            _in_use: in_use,
        })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes what processes have left behind that were killed.
pub fn sweep() {
    sweep_below(&std::env::temp_dir());
}

fn sweep_below(place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        // Links are not followed: anybody may put names into that folder.
        if !is_ours || !entry.file_type().is_ok_and(|kind| kind.is_dir()) || is_in_use(&entry.path()) {
            continue;
        }
        match fs::remove_dir_all(entry.path()) {
            Ok(()) => tracing::info!(folder = %entry.path().display(), "removed what a killed process has left"),
            Err(error) => {
                tracing::debug!(folder = %entry.path().display(), %error, "what another process has left stays");
            }
        }
    }
}

fn is_in_use(folder: &Path) -> bool {
    if let Ok(lock) = File::open(folder.join(LOCK)) {
        return matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
    }
    let made = fs::metadata(folder).and_then(|metadata| metadata.modified());
    made.is_ok_and(|made| SystemTime::now().duration_since(made).unwrap_or_default() < ABANDONED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_stays_and_what_was_left_goes() {
        let place = tempfile::tempdir().unwrap();
        let used = Scratch::below(place.path()).unwrap();
        fs::write(used.path().join("pass.log"), "x").unwrap();
        let left = place.path().join(format!("{PREFIX}left"));
        let new = place.path().join(format!("{PREFIX}new"));
        let other = place.path().join("somebody-else");
        for folder in [&left, &new, &other] {
            fs::create_dir(folder).unwrap();
        }
        for folder in [&left, &other] {
            fs::write(folder.join(LOCK), "").unwrap();
        }
        sweep_below(place.path());
        let there = [used.path(), &left, &new, &other].map(Path::exists);
        assert_eq!(there, [true, false, true, true]);
        let path = used.path().to_owned();
        drop(used);
        assert!(!path.exists());
    }
}
