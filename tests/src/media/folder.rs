//! The folder of real photos and videos.

use std::path::{Path, PathBuf};

/// The folder `SAFELIGHT_TEST_MEDIA`, or `../shared/photos` beside the repository. Without one the test is told to skip,
/// and says so.
pub fn test_media() -> Option<PathBuf> {
    let configured = std::env::var_os("SAFELIGHT_TEST_MEDIA").map(PathBuf::from);
    let folder = configured.unwrap_or_else(|| crate::binaries::repository().join("../shared/photos"));
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "SKIPPED: no test media in {} (set SAFELIGHT_TEST_MEDIA)",
        folder.display()
    );
    None
}

/// The folder `SAFELIGHT_CASES`, or `../shared/cases` beside the repository: odd files, in `pictures` and `films`, each of which
/// stands for a kind. Without one the test is told to skip, and says so.
pub fn cases() -> Option<PathBuf> {
    let configured = std::env::var_os("SAFELIGHT_CASES").map(PathBuf::from);
    let beside = || {
        let repository = crate::binaries::repository();
        // A working tree may stand a folder deeper.
        let places = ["../shared/cases", "../../shared/cases"].map(|place| repository.join(place));
        let found = places.iter().find(|place| place.is_dir()).cloned();
        found.unwrap_or_else(|| repository.join("../shared/cases"))
    };
    let folder = configured.unwrap_or_else(beside);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: no odd files in {} (set SAFELIGHT_CASES)", folder.display());
    None
}

/// One of the [`cases`], by its name in their folder: `pictures/rating-4.5.jpg`.
///
/// # Panics
/// When the folder is there and the file is not: a test that looks for it must not pass for that.
#[expect(clippy::panic, reason = "see above")]
pub fn case(name: &str) -> Option<Vec<u8>> {
    let file = cases()?.join(name);
    match std::fs::read(&file) {
        Ok(bytes) => Some(bytes),
        Err(error) => panic!("{}: {error}", file.display()),
    }
}

/// All files below a media location or one of its folders, parts included; not what the store is known and proved by.
pub fn files_of_store(folder: &Path) -> Vec<PathBuf> {
    let mut found = files_below(folder);
    found.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.starts_with(".safelight") && name != ".immich"
    });
    found
}

/// All files below `folder` with one of these extensions (lower case), sorted.
pub fn files_in(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = files_below(folder);
    found.retain(|path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| extensions.contains(&extension.to_lowercase().as_str()))
    });
    found
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
