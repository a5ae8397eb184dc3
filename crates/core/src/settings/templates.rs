//! Section `templates`: texts of mail.

use serde::{Deserialize, Serialize};

/// Texts that replace the built-in ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplatesSettings {
    /// Texts of mail.
    pub email: EmailTemplates,
}

/// Texts of mail; empty is the built-in text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmailTemplates {
    /// An invitation to an album.
    pub album_invite_template: String,
    /// A new account.
    pub welcome_template: String,
    /// News in an album.
    pub album_update_template: String,
}
