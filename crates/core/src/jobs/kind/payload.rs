//! What jobs carry beside their subject.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a job carries. It is stored with the number of its version; [`Payload::read`] takes every older version forward.
pub trait Payload: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The newest version, which this binary writes. A job of a newer one is left to newer binaries.
    const VERSION: i32 = 1;

    /// Reads a stored payload of `version`, upgrading it to the newest. Without a word, the first version is the only one.
    ///
    /// # Errors
    /// A shape or a version that this binary does not know.
    fn read(version: i32, stored: serde_json::Value) -> Result<Self, PayloadError> {
        match version {
            1 => Ok(serde_json::from_value(stored)?),
            other => Err(PayloadError::Version(other)),
        }
    }
}

/// A stored payload that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// Not of the shape its version says.
    #[error("payload: {0}")]
    Shape(#[from] serde_json::Error),
    /// A version that this binary does not know.
    #[error("payload version {0} is not known")]
    Version(i32),
}

/// Nothing beside the subject.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoPayload {}

/// What a singleton carries that goes over a table in slices: each is a short transaction and orders the next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// The slice begins behind this id; with the first one where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Uuid>,
}

/// How an asset is removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteAssetPayload {
    /// Remove the original as well; false for files of an external library.
    pub delete_on_disk: bool,
}

/// Which files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteFilesPayload {
    /// Absolute paths.
    pub files: Vec<String>,
}

impl Payload for NoPayload {}
impl Payload for Slice {}
impl Payload for DeleteAssetPayload {}
impl Payload for DeleteFilesPayload {}

impl Slice {
    /// The id before the first row of the slice.
    pub fn start(self) -> Uuid {
        self.after.unwrap_or(Uuid::nil())
    }
}
