//! Section `passwordLogin`.

use serde::{Deserialize, Serialize};

/// Signing in by e-mail and password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordLoginSettings {
    /// Whether it is allowed.
    pub enabled: bool,
}

impl Default for PasswordLoginSettings {
    fn default() -> Self {
        Self { enabled: true }
    }
}
