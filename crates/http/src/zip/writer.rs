//! The order of things: a header, the bytes of the file, what was counted; at the end the directory.

use std::time::SystemTime;

use bytes::Bytes;
use crc32fast::Hasher;

use super::{
    clock::Stamp,
    record::{self, File, LARGE},
};

/// Writes one archive. It never sees where the bytes go: it gives what is to be sent.
#[derive(Default)]
pub struct Writer {
    /// Bytes given so far.
    offset: u64,
    /// The file that is being sent.
    current: Option<(File, Hasher)>,
    /// The directory so far, and how many files are in it.
    directory: Vec<u8>,
    files: u64,
}

impl Writer {
    /// Begins a file; `name` is one of [`Names`](super::Names), `size` what the file is expected to have.
    pub fn begin(&mut self, name: String, modified: SystemTime, size: u64) -> Bytes {
        let file = File {
            name,
            modified: Stamp::of(modified),
            offset: self.offset,
            size: 0,
            checksum: 0,
            large: size >= LARGE,
        };
        let header = file.local();
        self.current = Some((file, Hasher::new()));
        self.count(header)
    }

    /// Counts a block of the file, which goes out as it is.
    pub fn block(&mut self, block: &[u8]) {
        let length = u64::try_from(block.len()).unwrap_or(u64::MAX);
        self.offset = self.offset.saturating_add(length);
        if let Some((file, hasher)) = &mut self.current {
            file.size = file.size.saturating_add(length);
            hasher.update(block);
        }
    }

    /// Ends the file.
    pub fn end(&mut self) -> Bytes {
        let Some((mut file, hasher)) = self.current.take() else {
            return Bytes::new();
        };
        file.checksum = hasher.finalize();
        self.directory.extend_from_slice(&file.central());
        self.files += 1;
        self.count(file.descriptor())
    }

    /// Ends the archive.
    pub fn finish(self) -> Bytes {
        let size = u64::try_from(self.directory.len()).unwrap_or(u64::MAX);
        let mut directory = self.directory;
        directory.extend_from_slice(&record::end(self.files, self.offset, size));
        directory.into()
    }

    fn count(&mut self, bytes: Vec<u8>) -> Bytes {
        self.offset = self
            .offset
            .saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        bytes.into()
    }
}

#[cfg(test)]
mod tests;
