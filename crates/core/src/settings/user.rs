//! Section `user`.

use serde::{Deserialize, Serialize};

/// Accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserSettings {
    /// Days until a deleted account is gone. At least 1.
    pub delete_delay: u64,
}

impl Default for UserSettings {
    fn default() -> Self {
        Self { delete_delay: 7 }
    }
}
