//! Sidecars: the `.xmp` beside a picture.

mod decode;

use std::path::Path;

use crate::exiftool::{ExifTool, ExifToolError};
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
