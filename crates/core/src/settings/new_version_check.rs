//! Section `newVersionCheck`: whether newer releases are announced.

use serde::{Deserialize, Serialize};

/// Whether newer releases are announced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewVersionCheckSettings {
    /// Whether it is looked for them.
    pub enabled: bool,
    /// Which releases count.
    pub channel: ReleaseChannel,
}

impl Default for NewVersionCheckSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            channel: ReleaseChannel::Stable,
        }
    }
}

wire_enum! {
    /// Which releases count.
    ReleaseChannel { Stable = "stable", ReleaseCandidate = "releaseCandidate" }
}
