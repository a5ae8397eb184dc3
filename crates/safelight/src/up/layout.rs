//! Where things are: the data folder, what lies in it, and the short folder for sockets.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use safelight_core::config::Env;
use sha2::{Digest as _, Sha256};

/// Letters of the hash that tells installations apart.
const HASH_LETTERS: usize = 10;

/// The folders of one installation.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// `SAFELIGHT_DATA_DIR`, absolute and without symbolic links; `./data` by default.
    pub(crate) data: PathBuf,
    /// Where sockets are: short, because the system allows 107 bytes for the path of one.
    pub(crate) sockets: PathBuf,
    /// Tells this installation from others on the machine.
    pub(crate) hash: String,
}

impl Layout {
    /// The layout that the environment asks for; makes nothing.
    pub(crate) fn of(env: &Env) -> anyhow::Result<Self> {
        let given = env.string("SAFELIGHT_DATA_DIR")?.unwrap_or_else(|| "data".to_owned());
        let absolute =
            std::path::absolute(&given).with_context(|| format!("SAFELIGHT_DATA_DIR {given:?} is not a path"))?;
        let data = fs::canonicalize(&absolute).unwrap_or(absolute);
        let uid = rustix::process::geteuid().as_raw();
        let runtime = env.string("XDG_RUNTIME_DIR")?;
        Ok(Self::at(data, uid, runtime.as_deref(), Path::new("/run").is_dir()))
    }

    fn at(data: PathBuf, uid: u32, runtime: Option<&str>, has_run: bool) -> Self {
        let digest = Sha256::digest(data.as_os_str().as_encoded_bytes());
        let hash: String = hex::encode(digest).chars().take(HASH_LETTERS).collect();
        let sockets = match runtime {
            _ if uid == 0 && has_run => PathBuf::from(format!("/run/safelight-{hash}")),
            Some(folder) if uid != 0 && folder.len() < 40 => Path::new(folder).join(format!("safelight-{hash}")),
            _ => PathBuf::from(format!("/tmp/safelight-{uid}-{hash}")),
        };
        Self { data, sockets, hash }
    }

    /// The default media location.
    pub(crate) fn media(&self) -> PathBuf {
        self.data.join("media")
    }

    /// Lock and state of the running launcher.
    pub(crate) fn run(&self) -> PathBuf {
        self.data.join("run")
    }

    /// The log of a detached launcher and all its services.
    pub(crate) fn log(&self) -> PathBuf {
        self.data.join("logs").join("safelight.log")
    }

    /// Makes the folders that the launcher itself needs. The data folder may be entered by all: the servers run as other
    /// users, and what is in it has rights of its own.
    pub(crate) fn make(&self) -> anyhow::Result<()> {
        make_folder(&self.data, 0o755)?;
        make_folder(&self.run(), 0o700)?;
        make_folder(&self.data.join("logs"), 0o700)?;
        make_private(&self.sockets, if is_root() { 0o755 } else { 0o700 })
    }
}

/// Whether this process may become another user.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Makes a folder and its parents unless it is there.
pub(crate) fn make_folder(path: &Path, mode: u32) -> anyhow::Result<()> {
    let created = fs::DirBuilder::new().recursive(true).mode(mode).create(path);
    created.with_context(|| format!("cannot make the folder {}", path.display()))
}

/// Makes a folder in a place where others may write too, and takes an existing one only if it is our own and closed.
pub(crate) fn make_private(path: &Path, mode: u32) -> anyhow::Result<()> {
    match fs::DirBuilder::new().mode(mode).create(path) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error).with_context(|| format!("cannot make the folder {}", path.display())),
    }
    let found = fs::symlink_metadata(path).with_context(|| format!("cannot look at {}", path.display()))?;
    if !found.is_dir() || found.uid() != rustix::process::geteuid().as_raw() || found.mode() & 0o022 != 0 {
        bail!(
            "{} is not a folder of ours that only we may write to: remove it",
            path.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_installations_share_nothing() {
        let (a, b) = (
            Layout::at("/srv/a".into(), 0, None, true),
            Layout::at("/srv/b".into(), 0, None, true),
        );
        assert_ne!(a.sockets, b.sockets);
        assert!(a.sockets.starts_with("/run"));
        assert_eq!(a.sockets, Layout::at("/srv/a".into(), 0, None, true).sockets);
    }

    #[test]
    fn sockets_are_short_wherever_the_data_are() {
        let deep = PathBuf::from("/".to_owned() + &"deep/".repeat(60));
        for (uid, runtime) in [
            (0, None),
            (1000, Some("/run/user/1000")),
            (1000, Some(&*"/long".repeat(30))),
            (1000, None),
        ] {
            let socket = Layout::at(deep.clone(), uid, runtime, true)
                .sockets
                .join("postgres/.s.PGSQL.5432");
            assert!(socket.as_os_str().len() < 108, "{}", socket.display());
        }
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_not_taken() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sockets");
        make_private(&path, 0o700).unwrap();
        make_private(&path, 0o700).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
        assert!(make_private(&path, 0o700).is_err());
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(dir.path(), &link).unwrap();
        assert!(make_private(&link, 0o700).is_err());
    }
}
