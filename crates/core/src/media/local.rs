use std::fs::{File, Metadata, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use diesel_async::AsyncPgConnection;
use futures_util::future::BoxFuture;
use rustix::io::Errno;
use uuid::Uuid;

use super::Folder;
use super::pool::FilePool;
use super::{
    FolderSurvey, Illness, MediaError, MediaStore, OpenFile, Part, Paths, Space, marker, open, part, paths, prove,
    register, survey,
};
use crate::config::MediaConfig;

/// A store in folders of a local or mounted file system.
#[derive(Clone)]
pub struct LocalStore {
    paths: Paths,
    pools: Pools,
    deadline: Duration,
    store: Uuid,
}

/// Threads of their own for what only looks and for what writes: a sync may take long, and nobody who looks at pictures waits for it.
#[derive(Clone)]
struct Pools {
    reads: FilePool,
    writes: FilePool,
}

impl LocalStore {
    /// Opens the store of this database: the folders must bear the marker of the store that row `media-store` names. The
    /// first to open it makes the folders, their markers and the row. Fails with an [`Illness`] where the folders are
    /// another program's, another database's, or not mounted.
    pub async fn open(config: &MediaConfig, conn: &mut AsyncPgConnection) -> Result<Self, MediaError> {
        let paths = checked_paths(config)?;
        let pools = start_pools(config)?;
        let looked_at = paths.clone();
        let found = pools
            .reads
            .run(config.file_timeout, &config.location, move || {
                marker::refuse_foreign(&looked_at)?;
                marker::found(&looked_at)
            })
            .await?;
        let registered = register::read_or_make(conn, found, config).await?;
        let may_create = !registered.complete || config.ignore_mount_check;
        let store = Self::with_pools(config, paths, pools, registered.id);
        store.verify(may_create).await?;
        if !registered.complete {
            register::complete(conn, registered.id).await?;
        }
        Ok(store)
    }

    /// Makes or opens the store `store` without asking a database: for tests and tools.
    pub async fn at(config: &MediaConfig, store: Uuid) -> Result<Self, MediaError> {
        let paths = checked_paths(config)?;
        let pools = start_pools(config)?;
        let made = Self::with_pools(config, paths, pools, store);
        made.verify(true).await?;
        Ok(made)
    }

    /// The number of the store.
    pub fn id(&self) -> Uuid {
        self.store
    }

    /// Looks at the markers, then proves in each of these folders that files can be created, synced, renamed, read and deleted
    /// there; tells how long the slowest took.
    ///
    /// # Errors
    /// With the folder and the step that failed, who tried it, and whose the folder is.
    pub async fn prove(&self, folders: &[Folder]) -> Result<Duration, MediaError> {
        self.verify(false).await?;
        let mut slowest = Duration::ZERO;
        for folder in folders {
            let took = self.writing(&self.paths.folder(*folder), prove::prove).await?;
            slowest = slowest.max(took);
        }
        Ok(slowest)
    }

    fn with_pools(config: &MediaConfig, paths: Paths, pools: Pools, store: Uuid) -> Self {
        Self {
            paths,
            pools,
            deadline: config.file_timeout,
            store,
        }
    }

    async fn verify(&self, may_create: bool) -> Result<(), MediaError> {
        let (paths, store) = (self.paths.clone(), self.store);
        self.reading(self.paths.root(), move |_| marker::verify(&paths, store, may_create))
            .await
    }

    async fn reading<T: Send + 'static>(
        &self,
        path: &Path,
        work: impl FnOnce(&Path) -> Result<T, MediaError> + Send + 'static,
    ) -> Result<T, MediaError> {
        let own = path.to_owned();
        self.pools.reads.run(self.deadline, path, move || work(&own)).await
    }

    async fn writing<T: Send + 'static>(
        &self,
        path: &Path,
        work: impl FnOnce(&Path) -> Result<T, MediaError> + Send + 'static,
    ) -> Result<T, MediaError> {
        let own = path.to_owned();
        self.pools.writes.run(self.deadline, path, move || work(&own)).await
    }
}

impl MediaStore for LocalStore {
    fn paths(&self) -> &Paths {
        &self.paths
    }

    fn create<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, Result<Part, MediaError>> {
        Box::pin(async move {
            let part = paths::part_of(path);
            let (root, target) = (self.paths.root().to_owned(), path.to_owned());
            let file = self
                .writing(&part, move |part| {
                    make_parents(&root, &target)?;
                    open_new(part)
                })
                .await?;
            let pool = self.pools.writes.clone();
            Ok(Part::new(pool, self.deadline, file, part, path.to_owned()))
        })
    }

    fn open_reading<'a>(&'a self, path: &'a Path, most: u64) -> BoxFuture<'a, Result<OpenFile, MediaError>> {
        Box::pin(async move {
            let opened = self.reading(path, move |path| {
                open_existing(path, most).map_err(|error| MediaError::of(path, error))
            });
            let (file, metadata, content) = opened.await?;
            if metadata.is_dir() {
                return Err(MediaError::NotFound(path.to_owned()));
            }
            let pool = self.pools.reads.clone();
            Ok(OpenFile::new(pool, self.deadline, file, path.to_owned(), &metadata).with_content(content))
        })
    }

    fn delete<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, Result<(), MediaError>> {
        Box::pin(async move {
            self.writing(path, |path| {
                // The part first: a rename that is still on its way then either fails or has happened.
                part::remove(&paths::part_of(path))?;
                part::remove(path)
            })
            .await
        })
    }

    fn space(&self) -> BoxFuture<'_, Result<Space, MediaError>> {
        Box::pin(async move {
            self.reading(&self.paths.folder(Folder::Upload), |folder| {
                let stat = rustix::fs::statvfs(folder).map_err(|error| match MediaError::of(folder, error.into()) {
                    MediaError::NotFound(folder) => folder_missing(&folder),
                    other => other,
                })?;
                Ok(Space {
                    total: stat.f_blocks.saturating_mul(stat.f_frsize),
                    available: stat.f_bavail.saturating_mul(stat.f_frsize),
                    free: stat.f_bfree.saturating_mul(stat.f_frsize),
                })
            })
            .await
        })
    }

    fn survey(&self) -> BoxFuture<'_, Result<Vec<FolderSurvey>, MediaError>> {
        let paths = self.paths.clone();
        Box::pin(async move {
            self.reading(self.paths.root(), move |_| Ok(survey::survey(&paths)))
                .await
        })
    }
}

fn checked_paths(config: &MediaConfig) -> Result<Paths, MediaError> {
    if config.location.to_str().is_none() {
        return Err(MediaError::ill(
            Illness::WrongMarker,
            "IMMICH_MEDIA_LOCATION must be UTF-8: paths are kept in the database",
        ));
    }
    Ok(Paths::new(&config.location))
}

fn start_pools(config: &MediaConfig) -> Result<Pools, MediaError> {
    let start = |work, threads| {
        FilePool::start(work, threads).map_err(|source| MediaError::Io {
            path: config.location.clone(),
            source,
        })
    };
    Ok(Pools {
        reads: start("reads", config.file_readers)?,
        writes: start("writes", config.file_writers)?,
    })
}

/// Makes the folders above `target`, but never one of the store's own: where that is gone, so is its mount.
fn make_parents(root: &Path, target: &Path) -> Result<(), MediaError> {
    let Some(parent) = target.parent() else { return Ok(()) };
    if parent.is_dir() {
        return Ok(());
    }
    let top: Option<PathBuf> = target
        .strip_prefix(root)
        .ok()
        .and_then(|rest| rest.components().next())
        .map(|first| root.join(first));
    match top {
        Some(top) if top.is_dir() => marker::make_folders(parent).map_err(|error| MediaError::of(parent, error)),
        _ => Err(folder_missing(target)),
    }
}

/// Opens a file, and reads it where it has at most `most` bytes.
fn open_existing(path: &Path, most: u64) -> std::io::Result<(File, Metadata, Option<Bytes>)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    let length = metadata.len();
    let count = usize::try_from(length)
        .ok()
        .filter(|_| length <= most && metadata.is_file());
    let content = count.map(|count| open::read_block(&file, 0, count)).transpose()?;
    // One that has become shorter meanwhile is read again where it is sent, and refused there.
    let content = content.filter(|content| Some(content.len()) == count);
    Ok((file, metadata, content))
}

fn folder_missing(path: &Path) -> MediaError {
    MediaError::ill(
        Illness::MountMissing,
        format!("{}: its folder of the store is not there", path.display()),
    )
}

fn open_new(part: &Path) -> Result<File, MediaError> {
    let opened = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(marker::FILE_MODE)
        .open(part);
    opened.map_err(|error| match Errno::from_io_error(&error) {
        // The folder was made a moment ago.
        Some(Errno::NOENT) => MediaError::ill(Illness::MountMissing, format!("{}: {error}", part.display())),
        _ => MediaError::of(part, error),
    })
}

#[cfg(test)]
#[path = "local_tests.rs"]
mod tests;
