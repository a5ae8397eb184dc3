//! A small disk of its own for the media location, which can be filled.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustix::fs::{FallocateFlags, fallocate, statvfs};

use super::cleanup::{Cleanup, run};

/// A file system in memory.
pub(super) struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// Mounts one of so many MiB at `folder`; `cleanup` unmounts it.
    ///
    /// # Errors
    /// When this machine does not permit it.
    pub(super) fn mount(folder: &Path, megabytes: u64, cleanup: &mut Cleanup) -> Result<Self> {
        let path = folder.to_string_lossy();
        let size = format!("size={megabytes}m,mode=755");
        run("mount", &["-t", "tmpfs", "-o", &size, "safelight-chaos", &path])?;
        cleanup.at_end(&format!("! mountpoint -q '{path}' || umount '{path}'"))?;
        Ok(Self {
            folder: folder.to_path_buf(),
        })
    }

    /// Takes all the space that is left.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) fn fill(&self) -> Result<()> {
        let file = File::options().create(true).append(true).open(self.ballast())?;
        loop {
            let stat = statvfs(&self.folder)?;
            let free = stat.f_bavail.saturating_mul(stat.f_frsize);
            if free == 0 {
                return Ok(());
            }
            match fallocate(&file, FallocateFlags::empty(), file.metadata()?.len(), free) {
                // Somebody else took some of it meanwhile.
                Ok(()) | Err(rustix::io::Errno::NOSPC) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Gives it back.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) fn free(&self) -> Result<()> {
        Ok(std::fs::remove_file(self.ballast())?)
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }
}
