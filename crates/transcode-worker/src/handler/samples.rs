//! Where samples wait until the index of the result is written.

use std::fs::File;
use std::io;
use std::path::Path;

use rustix::fs::{Mode, OFlags};

/// A file without a name on the file system of `path`, so that nothing is left of it however the child ends.
pub(super) fn nameless_beside(path: &Path) -> io::Result<File> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mode = Mode::RUSR | Mode::WUSR;
    let nameless = rustix::fs::open(folder, OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC, mode);
    if let Ok(file) = nameless {
        return Ok(File::from(file));
    }
    // File systems of networks have no such files.
    let named = path.with_extension("samples");
    let file = File::options().read(true).write(true).create_new(true).open(&named)?;
    std::fs::remove_file(&named)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use safelight_core::child::handed;

    use super::*;

    #[test]
    fn samples_leave_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = nameless_beside(&folder.path().join("a.mp4.part")).unwrap();
        assert!(file.metadata().unwrap().is_file());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        std::fs::write(handed(&file), "samples").unwrap();
        assert_eq!(file.metadata().unwrap().len(), 7);
    }
}
