use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Folder, Illness, MediaError, Paths};

/// The file in each folder that says whose it is.
pub const MARKER_NAME: &str = ".safelight";
/// Immich's own marker.
const FOREIGN_MARKER: &str = ".immich";
/// Rights of the folders we make.
pub(super) const FOLDER_MODE: u32 = 0o750;
/// Rights of the files we make.
pub(super) const FILE_MODE: u32 = 0o640;

#[derive(Serialize, Deserialize)]
struct Marker {
    store: Uuid,
    folder: String,
}

/// Refuses a media location that another program keeps its files in. Looks only, writes nothing.
pub(super) fn refuse_foreign(paths: &Paths) -> Result<(), MediaError> {
    for folder in Folder::ALL {
        let dir = paths.folder(folder);
        if dir.join(FOREIGN_MARKER).exists() && !dir.join(MARKER_NAME).exists() {
            return Err(MediaError::ill(
                Illness::WrongMarker,
                format!(
                    "{} holds files of an Immich server. Safelight does not touch them: set IMMICH_MEDIA_LOCATION to a \
                     folder of its own",
                    dir.display()
                ),
            ));
        }
    }
    Ok(())
}

/// The store that the folders under `paths` say they belong to; none where no folder has a marker.
pub(super) fn found(paths: &Paths) -> Result<Option<Uuid>, MediaError> {
    for folder in Folder::ALL {
        if let Some(store) = read(&paths.folder(folder))? {
            return Ok(Some(store));
        }
    }
    Ok(None)
}

/// Makes sure that every folder is there and bears the marker of `store`. With `may_create`, what is missing is made.
pub(super) fn verify(paths: &Paths, store: Uuid, may_create: bool) -> Result<(), MediaError> {
    for folder in Folder::ALL {
        let dir = paths.folder(folder);
        let marked = match read(&dir)? {
            None if may_create => {
                make(&dir, folder, store)?;
                read(&dir)?
            }
            other => other,
        };
        match marked {
            Some(marked) if marked == store => {}
            Some(_) => return Err(other_store(&dir)),
            None => {
                return Err(MediaError::ill(
                    Illness::MountMissing,
                    format!(
                        "{} has no file {MARKER_NAME}: is its disk mounted? (IMMICH_IGNORE_MOUNT_CHECK_ERRORS=true makes \
                         missing folders again)",
                        dir.display()
                    ),
                ));
            }
        }
    }
    Ok(())
}

/// The error of folders that belong to another database.
pub(super) fn other_store(dir: &Path) -> MediaError {
    MediaError::ill(
        Illness::WrongMarker,
        format!(
            "{} belongs to another Safelight database. Use that database, or set IMMICH_MEDIA_LOCATION to another folder \
             (whoever is certain that these files may be taken over removes the files {MARKER_NAME} in its folders)",
            dir.display()
        ),
    )
}

fn read(dir: &Path) -> Result<Option<Uuid>, MediaError> {
    let path = dir.join(MARKER_NAME);
    let content = match fs::read(&path).map_err(|error| MediaError::of(&path, error)) {
        Ok(content) => content,
        Err(MediaError::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let marker: Marker = serde_json::from_slice(&content).map_err(|error| {
        MediaError::ill(
            Illness::WrongMarker,
            format!("{} cannot be read: {error}", path.display()),
        )
    })?;
    Ok(Some(marker.store))
}

/// Makes a folder and its marker. The marker appears whole or not at all, and never replaces another's.
fn make(dir: &Path, folder: Folder, store: Uuid) -> Result<(), MediaError> {
    make_folders(dir).map_err(|error| MediaError::of(dir, error))?;
    let path = dir.join(MARKER_NAME);
    let draft = dir.join(format!("{MARKER_NAME}.{}", Uuid::new_v4()));
    let marker = Marker {
        store,
        folder: folder.name().to_owned(),
    };
    let written = write_marker(&draft, &marker).and_then(|()| match fs::hard_link(&draft, &path) {
        // Another process of ours was quicker; `verify` reads what it wrote.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Ok(()) => Ok(()),
        // A file system without hard links.
        Err(_) => fs::rename(&draft, &path),
    });
    let _already_moved = fs::remove_file(&draft);
    written.map_err(|error| MediaError::of(&path, error))
}

fn write_marker(path: &Path, marker: &Marker) -> io::Result<()> {
    let mut file: File = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(path)?;
    file.write_all(&serde_json::to_vec(marker)?)?;
    file.sync_all()
}

/// Makes a folder and its parents, 0750.
pub(super) fn make_folders(dir: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths() -> (tempfile::TempDir, Paths) {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(dir.path().join("media"));
        (dir, paths)
    }

    #[test]
    fn made_once_and_known_again() {
        let (_dir, paths) = paths();
        let store = Uuid::new_v4();
        assert_eq!(found(&paths).unwrap(), None);
        verify(&paths, store, true).unwrap();
        verify(&paths, store, false).unwrap();
        assert_eq!(found(&paths).unwrap(), Some(store));
        let left = fs::read_dir(paths.folder(Folder::Upload)).unwrap().count();
        assert_eq!(left, 1, "only the marker is left");
    }

    #[test]
    fn another_store_is_refused() {
        let (_dir, paths) = paths();
        verify(&paths, Uuid::new_v4(), true).unwrap();
        let error = verify(&paths, Uuid::new_v4(), true).unwrap_err();
        assert_eq!(error.illness(), Some(Illness::WrongMarker));
        assert!(error.to_string().contains("another Safelight database"));
    }

    #[test]
    fn a_missing_mount_is_not_filled() {
        let (_dir, paths) = paths();
        let store = Uuid::new_v4();
        verify(&paths, store, true).unwrap();
        fs::remove_dir_all(paths.folder(Folder::Library)).unwrap();
        let error = verify(&paths, store, false).unwrap_err();
        assert_eq!(error.illness(), Some(Illness::MountMissing));
        assert!(!paths.folder(Folder::Library).exists());
    }

    #[test]
    fn an_immich_folder_is_left_alone() {
        let (_dir, paths) = paths();
        let upload = paths.folder(Folder::Upload);
        make_folders(&upload).unwrap();
        fs::write(upload.join(FOREIGN_MARKER), "1700000000000").unwrap();
        let error = refuse_foreign(&paths).unwrap_err();
        assert!(error.to_string().contains("Immich"), "{error}");
        assert_eq!(fs::read_dir(paths.root()).unwrap().count(), 1, "nothing was made");
    }
}
