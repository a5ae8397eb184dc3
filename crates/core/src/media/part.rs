use std::fs::{self, File, FileTimes};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::MediaError;
use super::pool::FilePool;
use crate::crash::CrashPoint;

/// Written bytes are forced to disk this often, so that the last sync of a file of many gigabytes is short.
const SYNC_EVERY: u64 = 128 << 20;
/// A sync may take this many times the ordinary deadline.
const SYNC_PATIENCE: u32 = 10;

/// A file in the making. [`Part::commit`] gives it its name; dropping it removes what was written.
pub struct Part {
    pool: FilePool,
    deadline: Duration,
    file: Arc<File>,
    temporary: PathBuf,
    path: PathBuf,
    written: u64,
    unsynced: u64,
    done: bool,
}

impl Part {
    pub(super) fn new(pool: FilePool, deadline: Duration, file: File, part: PathBuf, path: PathBuf) -> Self {
        Self {
            pool,
            deadline,
            file: Arc::new(file),
            temporary: part,
            path,
            written: 0,
            unsynced: 0,
            done: false,
        }
    }

    /// The file itself, for a child process that writes it.
    pub fn file(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }

    /// Where the bytes are now.
    pub fn part_path(&self) -> &Path {
        &self.temporary
    }

    /// What the file will be called.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes written by [`Part::write`] so far.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Appends a block.
    pub async fn write(&mut self, block: Bytes) -> Result<(), MediaError> {
        let length = u64::try_from(block.len()).unwrap_or(u64::MAX);
        let sync = self.unsynced.saturating_add(length) >= SYNC_EVERY;
        let file = Arc::clone(&self.file);
        let deadline = if sync {
            self.deadline * SYNC_PATIENCE
        } else {
            self.deadline
        };
        self.in_pool(deadline, move |part| {
            (&*file)
                .write_all(&block)
                .map_err(|error| MediaError::of(part, error))?;
            if sync {
                file.sync_data().map_err(|error| MediaError::of(part, error))?;
            }
            Ok(())
        })
        .await?;
        self.written = self.written.saturating_add(length);
        self.unsynced = if sync { 0 } else { self.unsynced.saturating_add(length) };
        Ok(())
    }

    /// Sets the times of the file, as its owner's machine knew them.
    pub async fn set_times(&mut self, accessed: SystemTime, modified: SystemTime) -> Result<(), MediaError> {
        let file = Arc::clone(&self.file);
        let times = FileTimes::new().set_accessed(accessed).set_modified(modified);
        self.in_pool(self.deadline, move |part| {
            file.set_times(times).map_err(|error| MediaError::of(part, error))
        })
        .await
    }

    /// Makes the file durable under its name: sync, rename (never over another file), sync of the folder.
    pub async fn commit(mut self) -> Result<(), MediaError> {
        let file = Arc::clone(&self.file);
        let path = self.path.clone();
        self.in_pool(self.deadline * SYNC_PATIENCE, move |part| {
            CrashPoint::PartWritten.reached();
            file.sync_all().map_err(|error| MediaError::of(part, error))?;
            CrashPoint::PartSynced.reached();
            rename_new(part, &path).map_err(|error| MediaError::of(&path, error))?;
            CrashPoint::PartRenamed.reached();
            sync_folder(&path).map_err(|error| MediaError::of(&path, error))
        })
        .await?;
        self.done = true;
        Ok(())
    }

    /// Removes what was written, and waits for it; dropping does the same without waiting.
    pub async fn discard(mut self) -> Result<(), MediaError> {
        self.done = true;
        let path = self.path.clone();
        self.in_pool(self.deadline, move |part| {
            remove(part)?;
            remove(&path)
        })
        .await
    }

    async fn in_pool<T: Send + 'static>(
        &self,
        deadline: Duration,
        work: impl FnOnce(&Path) -> Result<T, MediaError> + Send + 'static,
    ) -> Result<T, MediaError> {
        let part = self.temporary.clone();
        self.pool.run(deadline, &self.temporary, move || work(&part)).await
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        let (part, path) = (self.temporary.clone(), self.path.clone());
        // The final name, too: a commit that was given up half-way may have renamed it. The name is ours alone.
        self.pool.spawn(move || {
            if let Err(error) = remove(&part).and_then(|()| remove(&path)) {
                tracing::warn!(file.path = %part.display(), error = %error, "a part file could not be removed");
            }
        });
    }
}

/// Deletes a file; that it does not exist is success.
pub(super) fn remove(path: &Path) -> Result<(), MediaError> {
    match fs::remove_file(path).map_err(|error| MediaError::of(path, error)) {
        Err(MediaError::NotFound(_)) | Ok(()) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Renames without ever replacing. File systems that cannot promise it in one step are asked in two: our names are
/// random or fenced, so nobody else makes the same one in between.
pub(super) fn rename_new(part: &Path, path: &Path) -> io::Result<()> {
    match renameat_with(CWD, part, CWD, path, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            if fs::symlink_metadata(path).is_ok() {
                return Err(Errno::EXIST.into());
            }
            fs::rename(part, path)
        }
        other => other.map_err(io::Error::from),
    }
}

pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
