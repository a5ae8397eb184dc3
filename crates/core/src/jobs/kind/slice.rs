use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Payload, PayloadError, read_first_version};

/// What a singleton carries that goes over a table in slices: each is a short transaction and orders the next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// The slice begins behind this id; with the first one where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Uuid>,
}

impl Slice {
    /// The id before the first row of the slice.
    pub fn start(self) -> Uuid {
        self.after.unwrap_or(Uuid::nil())
    }
}

impl Payload for Slice {
    fn read(version: i32, stored: serde_json::Value) -> Result<Self, PayloadError> {
        read_first_version(version, stored)
    }
}
