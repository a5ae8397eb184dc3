use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::io::Errno;

use super::pool::FilePool;
use super::{MediaError, OpenFile};

/// Threads that read; each holds a file only while a block of it is read.
const THREADS: usize = 4;

/// A folder outside of the store that is only read, such as the build of a web app. No name leads out of it, and no link.
#[derive(Clone)]
pub struct Tree {
    root: PathBuf,
    pool: FilePool,
    deadline: Duration,
}

/// A file of a [`Tree`].
pub struct Found {
    /// Which of the names it bears.
    pub which: usize,
    /// The file.
    pub file: OpenFile,
}

impl Tree {
    /// Opens the folder `root`, where one operation may take as long as `deadline`.
    ///
    /// # Errors
    /// It is not there, or no folder.
    pub async fn open(root: &Path, deadline: Duration) -> Result<Self, MediaError> {
        let pool = FilePool::start("tree", THREADS).map_err(|error| MediaError::of(root, error))?;
        let asked = root.to_owned();
        let looking = pool.run(deadline, root, move || {
            let real = asked.canonicalize().map_err(|error| MediaError::of(&asked, error))?;
            if real.is_dir() {
                Ok(real)
            } else {
                Err(MediaError::NotFound(asked))
            }
        });
        let root = looking.await?;
        Ok(Self { root, pool, deadline })
    }

    /// Opens the first of some relative names that is a file.
    ///
    /// # Errors
    /// [`MediaError::NotFound`] where none is, or where it lies outside.
    pub async fn first(&self, names: &[String]) -> Result<Found, MediaError> {
        let (root, names) = (self.root.clone(), names.to_vec());
        let looking = self.pool.run(self.deadline, &self.root, move || {
            for (which, name) in names.iter().enumerate() {
                match open_below(&root, name) {
                    Ok((file, metadata, path)) => return Ok((which, file, metadata, path)),
                    Err(error) if error.is_not_found() => {}
                    Err(error) => return Err(error),
                }
            }
            Err(MediaError::NotFound(root.join(names.last().map_or("", String::as_str))))
        });
        let (which, file, metadata, path) = looking.await?;
        let file = OpenFile::new(self.pool.clone(), self.deadline, file, path, &metadata);
        Ok(Found { which, file })
    }
}

fn open_below(root: &Path, name: &str) -> Result<(std::fs::File, std::fs::Metadata, PathBuf), MediaError> {
    let asked = root.join(name);
    let path = asked
        .canonicalize()
        .map_err(|error| match Errno::from_io_error(&error) {
            // What no folder can hold is not there.
            Some(Errno::NAMETOOLONG | Errno::LOOP) => MediaError::NotFound(asked.clone()),
            _ => MediaError::of(&asked, error),
        })?;
    if !path.starts_with(root) {
        return Err(MediaError::NotFound(asked));
    }
    // A pipe must not hold the thread until somebody writes to it.
    let nonblocking = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(nonblocking).open(&path);
    let file = file.map_err(|error| MediaError::of(&path, error))?;
    let metadata = file.metadata().map_err(|error| MediaError::of(&path, error))?;
    if metadata.is_file() {
        Ok((file, metadata, path))
    } else {
        Err(MediaError::NotFound(path))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[tokio::test]
    async fn links_that_lead_out_and_folders_are_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("www");
        std::fs::create_dir_all(root.join("a")).unwrap();
        std::fs::write(root.join("a/b.js"), b"12345").unwrap();
        std::fs::write(folder.path().join("secret"), b"x").unwrap();
        symlink("../secret", root.join("out.js")).unwrap();
        symlink("a/b.js", root.join("in.js")).unwrap();
        let patience = Duration::from_secs(30);
        let tree = Tree::open(&root, patience).await.unwrap();
        for name in ["out.js", "a", "../secret", "a/../../secret", "none", &"x".repeat(300)] {
            let found = tree.first(&[name.to_owned()]).await;
            assert!(found.is_err_and(|error| error.is_not_found()), "{name}");
        }
        let found = tree.first(&["a/b.js.br".to_owned(), "in.js".to_owned()]).await.unwrap();
        assert_eq!((found.which, found.file.length()), (1, 5));
        assert!(Tree::open(&root.join("none"), patience).await.is_err());
        assert!(Tree::open(&root.join("a/b.js"), patience).await.is_err());
    }
}
