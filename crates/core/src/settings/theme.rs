//! Section `theme`.

use serde::{Deserialize, Serialize};

/// The look of the web app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThemeSettings {
    /// Served as `/custom.css`.
    pub custom_css: String,
}
