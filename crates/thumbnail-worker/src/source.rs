//! An original before its pictures are made: it is read in blocks, so that who only hands it on never holds all of it.

use safelight_core::jobs::JobError;

use crate::pipeline::num::u64_of;

/// Bytes that are read at a time; between two blocks a job can be stopped.
const BLOCK: u64 = 1 << 20;

/// An original that can be read as often as needed.
pub trait Source: Send {
    /// Its bytes.
    fn length(&self) -> u64;

    /// At most `count` bytes from `offset` on; fewer only at its end.
    fn read_at(&mut self, offset: u64, count: usize) -> impl Future<Output = Result<Vec<u8>, JobError>> + Send;
}

/// An original that is in memory already.
impl Source for Vec<u8> {
    fn length(&self) -> u64 {
        u64_of(self.len())
    }

    async fn read_at(&mut self, offset: u64, count: usize) -> Result<Vec<u8>, JobError> {
        let rest = self.get(count_of(offset)..).unwrap_or_default();
        Ok(rest.get(..count).unwrap_or(rest).to_vec())
    }
}

/// The blocks of a source, from its beginning.
pub(crate) struct Blocks<'a, S> {
    source: &'a mut S,
    at: u64,
}

impl<'a, S: Source> Blocks<'a, S> {
    pub(crate) const fn of(source: &'a mut S) -> Self {
        Self { source, at: 0 }
    }

    /// The next block; nothing after all of it.
    ///
    /// # Errors
    /// It cannot be read, or is shorter than it was.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, JobError> {
        let left = self.source.length().saturating_sub(self.at);
        if left == 0 {
            return Ok(None);
        }
        let block = self.source.read_at(self.at, count_of(left.min(BLOCK))).await?;
        if block.is_empty() {
            return Err(JobError::retry("the original has become shorter while it was read"));
        }
        self.at = self.at.saturating_add(u64_of(block.len()));
        Ok(Some(block))
    }
}

/// All of it.
pub(crate) async fn read(source: &mut impl Source) -> Result<Vec<u8>, JobError> {
    let mut bytes = Vec::with_capacity(count_of(source.length()));
    let mut blocks = Blocks::of(source);
    while let Some(block) = blocks.next().await? {
        bytes.extend_from_slice(&block);
    }
    Ok(bytes)
}

/// So many bytes as a length in memory.
fn count_of(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
