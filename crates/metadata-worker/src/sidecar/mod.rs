//! Sidecars: the `.xmp` beside a picture.

mod decode;

use std::fs::File;
use std::os::fd::AsFd as _;
use std::path::Path;

use safelight_core::media::{MediaError, OpenFile};

use crate::exiftool::{Assignment, ExifTool, ExifToolError, Source};
use crate::tags::Tags;

/// The most bytes of a sidecar that is worth decoding by hand.
const DECODE_LIMIT: u64 = 4 * 1024 * 1024;

/// Why a sidecar was not read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SidecarError {
    /// `ExifTool` did not do it.
    #[error("{0}")]
    Tool(#[from] ExifToolError),
    /// The old one cannot be read.
    #[error("{0}")]
    Media(#[from] MediaError),
}

/// Reads the tags of a sidecar. One in UTF-16, which some programs write with a broken marker that `ExifTool` stumbles over,
/// is read from a copy in UTF-8.
pub(crate) async fn read(tool: &ExifTool, sidecar: &OpenFile) -> Result<Tags, SidecarError> {
    let name = Path::new("sidecar.xmp");
    let tags = match in_utf8(sidecar).await? {
        Some(copy) => tool.read(Source::new(&copy, name)).await,
        None => tool.read(Source::new(sidecar, name)).await,
    };
    Ok(tags?)
}

/// The content of a new sidecar: the old one, if there is one, with `tags` set.
pub(crate) async fn write(
    tool: &ExifTool,
    old: Option<&OpenFile>,
    tags: &[Assignment],
) -> Result<Vec<u8>, SidecarError> {
    let copy = match old {
        Some(old) => in_utf8(old).await?,
        None => None,
    };
    let from = copy.as_ref().map(File::as_fd).or(old.map(OpenFile::as_fd));
    Ok(tool.write(from, tags).await?)
}

/// A copy in UTF-8, which has no name, of a sidecar that is not too long and begins with the byte order mark of UTF-16.
async fn in_utf8(sidecar: &OpenFile) -> Result<Option<File>, SidecarError> {
    let Some(length) = usize::try_from(sidecar.length())
        .ok()
        .filter(|_| sidecar.length() <= DECODE_LIMIT)
    else {
        return Ok(None);
    };
    if !decode::is_utf16(&sidecar.read_at(0, 2).await?) {
        return Ok(None);
    }
    let bytes = sidecar.read_at(0, length).await?;
    let copy = tokio::task::spawn_blocking(move || decode::utf8_copy(&bytes)).await;
    Ok(copy
        .map_err(std::io::Error::other)
        .and_then(|copy| copy)
        .map_err(ExifToolError::from)?)
}

/// Opens a file as a store does.
#[cfg(test)]
pub(crate) async fn open(path: &Path) -> OpenFile {
    use safelight_core::config::{Env, MediaConfig};
    use safelight_core::media::{LocalStore, MediaStore as _};
    let folder = tempfile::tempdir().unwrap();
    let env = Env::of([("IMMICH_MEDIA_LOCATION", folder.path().to_str().unwrap())]);
    let store = LocalStore::at(&MediaConfig::from_env(&env).unwrap(), uuid::Uuid::new_v4()).await;
    store.unwrap().open(path).await.unwrap()
}
