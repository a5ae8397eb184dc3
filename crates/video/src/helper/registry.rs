//! Where `GStreamer` keeps its list of plugins.
//!
//! Making the list takes half a second and reading it ten milliseconds, and a child is started for every video: it must be
//! kept somewhere.

use std::fs::DirBuilder;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

/// The file to name to a child: `GST_REGISTRY`, that of the user's cache, or one of our own; none where there is no place.
pub(super) fn path() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("GST_REGISTRY") {
        return Some(named.into());
    }
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let cache = cache.map(|cache| cache.join("gstreamer-1.0"));
    if let Some(cache) = cache.filter(|cache| can_keep(cache)) {
        return Some(cache.join(format!("registry.{}.bin", std::env::consts::ARCH)));
    }
    let user = rustix::process::geteuid().as_raw();
    let folder = std::env::temp_dir().join(format!("safelight-gstreamer-{user}"));
    if is_ours(&folder, user) {
        return Some(folder.join("registry.bin"));
    }
    tracing::warn!(
        "no place for GStreamer's list of plugins: every look at a video takes half a second more; set GST_REGISTRY to a file \
         that can be written"
    );
    None
}

fn can_keep(folder: &Path) -> bool {
    std::fs::create_dir_all(folder).is_ok() && access(folder, Access::WRITE_OK).is_ok()
}

/// Everybody may make folders in the temporary one: it has to be ours alone.
fn is_ours(folder: &Path, user: u32) -> bool {
    let _ = DirBuilder::new().mode(0o700).create(folder);
    std::fs::symlink_metadata(folder)
        .is_ok_and(|found| found.is_dir() && found.uid() == user && found.mode() & 0o777 == 0o700)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_folder_that_others_can_write_is_not_trusted() {
        let user = rustix::process::geteuid().as_raw();
        let folder = tempfile::tempdir().unwrap();
        let ours = folder.path().join("ours");
        assert!(is_ours(&ours, user));
        std::fs::set_permissions(&ours, std::fs::Permissions::from_mode(0o777)).unwrap();
        assert!(!is_ours(&ours, user));
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(folder.path(), &link).unwrap();
        assert!(!is_ours(&link, user));
    }
}
