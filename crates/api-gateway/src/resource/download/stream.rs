//! The bytes of an archive, made while they are sent: nothing is read before the client has taken what came before it, and
//! when the client leaves, the reading ends with the stream.

use std::{path::PathBuf, pin::Pin, sync::Arc, vec};

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt as _, stream};
use safelight_core::media::{MediaError, MediaStore};

use crate::http::zip::Writer;

/// A file and its name in the archive.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) name: String,
}

type Blocks = Pin<Box<dyn Stream<Item = Result<Bytes, MediaError>> + Send>>;

struct Archive {
    store: Arc<dyn MediaStore>,
    sources: vec::IntoIter<Source>,
    /// Gone when the archive is complete.
    writer: Option<Writer>,
    /// What is left of the file that is being sent.
    blocks: Option<Blocks>,
}

/// The archive of these files. An error ends it without its directory: the connection breaks off, so that no client takes
/// a part for the whole.
pub(super) fn archive(
    store: Arc<dyn MediaStore>,
    sources: Vec<Source>,
) -> impl Stream<Item = Result<Bytes, MediaError>> {
    let archive = Archive {
        store,
        sources: sources.into_iter(),
        writer: Some(Writer::default()),
        blocks: None,
    };
    stream::try_unfold(archive, |mut archive| async move {
        let next = archive.next().await?;
        Ok::<_, MediaError>(next.map(|bytes| (bytes, archive)))
    })
    .inspect_err(|error| tracing::warn!(%error, "an archive was broken off"))
}

impl Archive {
    async fn next(&mut self) -> Result<Option<Bytes>, MediaError> {
        let Some(mut writer) = self.writer.take() else {
            return Ok(None);
        };
        if let Some(blocks) = &mut self.blocks {
            let bytes = if let Some(block) = blocks.try_next().await? {
                writer.block(&block);
                block
            } else {
                self.blocks = None;
                writer.end()
            };
            self.writer = Some(writer);
            return Ok(Some(bytes));
        }
        let Some(source) = self.sources.next() else {
            return Ok(Some(writer.finish()));
        };
        let file = self.store.open(&source.path).await?;
        let length = file.length();
        let header = writer.begin(source.name, file.modified(), length);
        self.blocks = Some(Box::pin(file.stream(0, length)));
        self.writer = Some(writer);
        Ok(Some(header))
    }
}
