use std::fs::{File, Metadata};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::{Stream, stream};

use super::MediaError;
use super::pool::FilePool;
use crate::db::decoded::Version;

/// Bytes read at a time: large enough for few trips to a thread, small enough for many readers.
const BLOCK: u64 = 256 << 10;

/// A file open for reading.
#[derive(Clone)]
pub struct OpenFile {
    pool: FilePool,
    deadline: Duration,
    file: Arc<File>,
    path: PathBuf,
    length: u64,
    modified: SystemTime,
    /// Its content, where that was read with the opening.
    content: Option<Bytes>,
}

impl OpenFile {
    pub(super) fn new(pool: FilePool, deadline: Duration, file: File, path: PathBuf, metadata: &Metadata) -> Self {
        Self {
            pool,
            deadline,
            file: Arc::new(file),
            path,
            length: metadata.len(),
            modified: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH),
            content: None,
        }
    }

    /// The same with its content, which was read already.
    pub(super) fn with_content(self, content: Option<Bytes>) -> Self {
        Self { content, ..self }
    }

    /// Bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// When its content last changed.
    pub fn modified(&self) -> SystemTime {
        self.modified
    }

    /// What tells it from another file under its name.
    pub fn version(&self) -> Version {
        Version::new(self.length, self.modified)
    }

    /// Its name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file itself, for a child process that reads it.
    pub fn file(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }

    /// All of it, where that was read with the opening.
    pub fn content(&self) -> Option<Bytes> {
        self.content.clone()
    }

    /// At most `count` bytes from `offset`; fewer only at the end of the file.
    pub async fn read_at(&self, offset: u64, count: usize) -> Result<Bytes, MediaError> {
        if let Some(content) = &self.content {
            let start = usize::try_from(offset).unwrap_or(usize::MAX).min(content.len());
            let end = start.saturating_add(count).min(content.len());
            return Ok(content.slice(start..end));
        }
        let file = Arc::clone(&self.file);
        let path = self.path.clone();
        self.pool
            .run(self.deadline, &self.path, move || {
                read_block(&file, offset, count).map_err(|error| MediaError::of(&path, error))
            })
            .await
    }

    /// The bytes from `start` up to, not including, `end`, in blocks. A file that has become shorter ends the stream with
    /// an error.
    pub fn stream(self, start: u64, end: u64) -> impl Stream<Item = Result<Bytes, MediaError>> + Send + 'static {
        stream::try_unfold((self, start), move |(file, offset)| async move {
            if offset >= end {
                return Ok(None);
            }
            let count = usize::try_from((end - offset).min(BLOCK)).unwrap_or(usize::MAX);
            let block = file.read_at(offset, count).await?;
            if block.is_empty() {
                let source = std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
                return Err(MediaError::of(&file.path, source));
            }
            let next = offset.saturating_add(u64::try_from(block.len()).unwrap_or(u64::MAX));
            Ok(Some((block, (file, next))))
        })
    }
}

/// For a child that gets the open file and nothing else of the store. Our own reads do not move its position; all who are given
/// it share that one.
impl AsFd for OpenFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

pub(super) fn read_block(file: &File, offset: u64, count: usize) -> std::io::Result<Bytes> {
    let mut block = vec![0; count];
    let mut filled = 0;
    while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        let at = offset.saturating_add(u64::try_from(filled).unwrap_or(u64::MAX));
        match file.read_at(rest, at) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    block.truncate(filled);
    Ok(block.into())
}
