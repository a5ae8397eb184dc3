//! What lies in the folders of a store, for people who decide whether it is theirs.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::{Folder, MARKER_NAME, Paths};

/// The most files that are counted in one folder.
pub const MOST_FILES: u64 = 10_000;

/// One folder of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderSurvey {
    /// Which one.
    pub folder: Folder,
    /// Whether this process may list it.
    pub is_readable: bool,
    /// Whether this process may write there.
    pub is_writable: bool,
    /// Files in it and below, without markers; no more than [`MOST_FILES`] are counted.
    pub files: u64,
}

/// Looks at every folder of the store. One that is missing can be neither read nor written.
pub(super) fn survey(paths: &Paths) -> Vec<FolderSurvey> {
    let look = |folder: Folder| {
        let path = paths.folder(folder);
        FolderSurvey {
            folder,
            is_readable: fs::read_dir(&path).is_ok(),
            is_writable: access(&path, Access::WRITE_OK).is_ok(),
            files: count(&path),
        }
    };
    Folder::ALL.into_iter().map(look).collect()
}

fn count(top: &Path) -> u64 {
    let mut folders: Vec<PathBuf> = vec![top.to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries.flatten().filter(|entry| entry.file_name() != MARKER_NAME) {
            if files == MOST_FILES {
                return files;
            }
            // Links are not followed, so there is no way around in a circle.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                _ => files += 1,
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_counted_without_markers_and_missing_folders_are_told() {
        let root = tempfile::tempdir().unwrap();
        let paths = Paths::new(root.path());
        let deep = paths.folder(Folder::Upload).join("a/b");
        fs::create_dir_all(&deep).unwrap();
        for file in ["1.jpg", "2.jpg"] {
            fs::write(deep.join(file), "x").unwrap();
        }
        fs::write(paths.folder(Folder::Upload).join(MARKER_NAME), "{}").unwrap();
        let found = survey(&paths);
        let of = |folder| *found.iter().find(|survey| survey.folder == folder).unwrap();
        let upload = of(Folder::Upload);
        assert!(upload.is_readable && upload.is_writable);
        assert_eq!(upload.files, 2);
        let missing = of(Folder::Backups);
        assert!(!missing.is_readable && !missing.is_writable);
        assert_eq!(missing.files, 0);
    }
}
