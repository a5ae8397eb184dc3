//! Proof of what a process can do in a folder of the store, by doing it with a file of its own.

use std::fs::{self, DirEntry, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::part::{rename_new, sync_folder};
use super::{MARKER_NAME, MediaError, marker};

/// What the file says, and what is read back.
const CONTENT: &[u8] = b"Written to see whether it can be. May be deleted.\n";
/// Files that a process left here when it was killed are removed by the next one, once they are this old.
const LEFT_BEHIND: Duration = Duration::from_secs(600);

/// Creates, syncs, renames, reads and deletes a file in `folder`, and tells how long that took.
///
/// # Errors
/// With the step that failed, who tried it, and whose the folder is.
pub(super) fn prove(folder: &Path) -> Result<Duration, MediaError> {
    remove_left_behind(folder);
    let name = format!("{MARKER_NAME}.probe.{}", Uuid::new_v4());
    let (file, draft) = (folder.join(format!("{name}.done")), folder.join(name));
    let began = Instant::now();
    let steps = Steps { draft, file };
    let done = steps.run();
    steps.clean_up();
    done.map_err(|(step, error)| refused(folder, step, error))?;
    Ok(began.elapsed())
}

struct Steps {
    draft: PathBuf,
    file: PathBuf,
}

impl Steps {
    fn run(&self) -> Result<(), (&'static str, io::Error)> {
        let step = |name: &'static str| move |error: io::Error| (name, error);
        let mut draft = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(marker::FILE_MODE)
            .open(&self.draft)
            .map_err(step("create a file"))?;
        draft.write_all(CONTENT).map_err(step("write a file"))?;
        draft.sync_all().map_err(step("sync a file"))?;
        rename_new(&self.draft, &self.file).map_err(step("rename a file"))?;
        sync_folder(&self.file).map_err(step("sync the folder"))?;
        read_back(&self.file).map_err(step("read a file"))?;
        fs::remove_file(&self.file).map_err(step("delete a file"))
    }

    /// What a step that failed has left.
    fn clean_up(&self) {
        for path in [&self.draft, &self.file] {
            let _ = fs::remove_file(path);
        }
    }
}

fn read_back(file: &Path) -> io::Result<()> {
    let mut content = Vec::new();
    fs::File::open(file)?.read_to_end(&mut content)?;
    if content != CONTENT {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is not what was written"));
    }
    Ok(())
}

/// The error, with what somebody needs who sets the rights of a folder right.
fn refused(folder: &Path, step: &str, error: io::Error) -> MediaError {
    let user = rustix::process::geteuid().as_raw();
    let owner = fs::metadata(folder).map_or_else(
        |_| String::new(),
        |folder| {
            format!(
                "; the folder is of user {}, group {}, mode {:o}",
                folder.uid(),
                folder.gid(),
                folder.mode() & 0o7777
            )
        },
    );
    let kind = error.kind();
    let text = format!("user {user} cannot {step}{owner}: {error}");
    match MediaError::of(folder, error) {
        MediaError::Ill { illness, .. } => MediaError::ill(illness, format!("{}: {text}", folder.display())),
        MediaError::NotFound(_) => {
            MediaError::ill(super::Illness::MountMissing, format!("{}: {text}", folder.display()))
        }
        _ => MediaError::of(folder, io::Error::new(kind, text)),
    }
}

fn remove_left_behind(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let prefix = format!("{MARKER_NAME}.probe.");
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) && is_old(&entry) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_old(entry: &DirEntry) -> bool {
    let modified = entry.metadata().and_then(|metadata| metadata.modified());
    modified.is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > LEFT_BEHIND))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn nothing_stays_behind() {
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join(".safelight.probe.old");
        let young = folder.path().join(".safelight.probe.young");
        for file in [&old, &young] {
            fs::write(file, "x").unwrap();
        }
        let then = std::time::SystemTime::now() - 2 * LEFT_BEHIND;
        fs::File::options()
            .write(true)
            .open(&old)
            .unwrap()
            .set_modified(then)
            .unwrap();
        prove(folder.path()).unwrap();
        let left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert_eq!(left, [young], "another process is at it");
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_missing_mount() {
        let folder = tempfile::tempdir().unwrap();
        let error = prove(&folder.path().join("gone")).unwrap_err();
        assert_eq!(error.illness(), Some(super::super::Illness::MountMissing), "{error}");
    }

    #[test]
    fn who_may_not_write_is_told_who_they_are() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o550)).unwrap();
        if rustix::process::geteuid().is_root() {
            // Root may write everywhere; what it would be told is the same.
            let error = refused(folder.path(), "create a file", io::ErrorKind::PermissionDenied.into());
            assert!(error.to_string().contains("user 0 cannot create a file"), "{error}");
            assert!(error.to_string().contains("mode 550"), "{error}");
            return;
        }
        let error = prove(folder.path()).unwrap_err();
        assert!(error.to_string().contains("cannot create a file"), "{error}");
    }
}
