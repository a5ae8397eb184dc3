//! Files that cannot be read to the end: their assets get what else is known of them.

use safelight_core::jobs::JobError;

use crate::context::tool_error;
use crate::exiftool::ExifToolError;
use crate::handler::asset::AssetFacts;
use crate::tags::Tags;

/// A file that ends `ExifTool`, or keeps it too long, is tried so often; then the asset gets the rest of its metadata without.
const TRIES: i32 = 2;

/// The tags that were read, or none: of a file that costs more than one file may, which it would do each time anew, and of one
/// that ended the program again.
pub(super) fn or_none(read: Result<Tags, ExifToolError>, asset: &AssetFacts, attempt: i32) -> Result<Tags, JobError> {
    match read {
        Err(error) if error.is_excess() || (error.is_suspicious() && attempt >= TRIES) => {
            tracing::warn!(asset.id = %asset.id, %error, "the tags of a file cannot be read");
            Ok(Tags::default())
        }
        read => read.map_err(|error| tool_error(&error)),
    }
}
