use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::future::BoxFuture;

use super::{FolderSurvey, MediaError, OpenFile, Part, Paths};

/// How much room a store has, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// All of it.
    pub total: u64,
    /// What an ordinary process may still write.
    pub available: u64,
    /// What is not in use, including what is reserved for root.
    pub free: u64,
}

/// A place that keeps media files. Paths are absolute and come from [`MediaStore::paths`] or from rows.
pub trait MediaStore: Send + Sync + 'static {
    /// Builds the names of new files.
    fn paths(&self) -> &Paths;

    /// Begins a new file: makes its folder and opens its part. The caller has committed an intent row before.
    fn create<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, Result<Part, MediaError>>;

    /// Opens a file for reading, and reads it with that where it has at most `most` bytes: a small file is one trip to another thread.
    fn open_reading<'a>(&'a self, path: &'a Path, most: u64) -> BoxFuture<'a, Result<OpenFile, MediaError>>;

    /// Opens a file for reading.
    fn open<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, Result<OpenFile, MediaError>> {
        self.open_reading(path, 0)
    }

    /// Deletes a file and its part. That neither exists is success.
    fn delete<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, Result<(), MediaError>>;

    /// The room on the file system of new originals.
    fn space(&self) -> BoxFuture<'_, Result<Space, MediaError>>;

    /// What lies in each of its folders.
    fn survey(&self) -> BoxFuture<'_, Result<Vec<FolderSurvey>, MediaError>>;

    /// Writes a whole small file at once, as [`MediaStore::create`] and [`Part::commit`] do.
    fn publish<'a>(&'a self, path: &'a Path, content: Bytes) -> BoxFuture<'a, Result<(), MediaError>> {
        Box::pin(async move {
            let mut part = self.create(path).await?;
            part.write(content).await?;
            part.commit().await
        })
    }

    /// Deletes several files; the first error ends it.
    fn delete_all<'a>(&'a self, paths: &'a [PathBuf]) -> BoxFuture<'a, Result<(), MediaError>> {
        Box::pin(async move {
            for path in paths {
                self.delete(path).await?;
            }
            Ok(())
        })
    }
}
