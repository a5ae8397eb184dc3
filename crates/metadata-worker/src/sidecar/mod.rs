//! Sidecars: the `.xmp` beside a picture.

mod decode;

use std::path::Path;

use crate::exiftool::{Assignment, ExifTool, ExifToolError};
use crate::tags::Tags;

/// The most bytes of a sidecar that is worth decoding by hand.
const DECODE_LIMIT: u64 = 4 * 1024 * 1024;

/// Reads the tags of a sidecar. One in UTF-16 or UTF-32, which some programs write with a broken marker that exiftool
/// stumbles over, is read from a copy in UTF-8.
pub(crate) async fn read(tool: &ExifTool, path: &Path) -> Result<Tags, ExifToolError> {
    let owned = path.to_owned();
    let copy = tokio::task::spawn_blocking(move || decode::utf8_copy(&owned, DECODE_LIMIT)).await;
    match copy.map_err(std::io::Error::other)?? {
        Some(copy) => tool.read(copy.path()).await,
        None => tool.read(path).await,
    }
}

/// The content of a new sidecar: the old one, if there is one, with `tags` set.
pub(crate) async fn write(tool: &ExifTool, old: Option<&Path>, tags: &[Assignment]) -> Result<Vec<u8>, ExifToolError> {
    let folder = tempfile::Builder::new().prefix("safelight-").tempdir()?;
    let target = folder.path().join("sidecar.xmp");
    let copy = match old.map(Path::to_owned) {
        Some(old) => tokio::task::spawn_blocking(move || decode::utf8_copy(&old, DECODE_LIMIT)).await,
        None => Ok(Ok(None)),
    };
    let copy = copy.map_err(std::io::Error::other)??;
    tool.write(copy.as_ref().map(tempfile::NamedTempFile::path).or(old), &target, tags)
        .await?;
    Ok(tokio::fs::read(&target).await?)
}
