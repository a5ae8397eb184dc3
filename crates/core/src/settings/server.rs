//! Section `server`: what strangers see.

use serde::{Deserialize, Serialize};

/// What strangers see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerSettings {
    /// URL used in shared links and mail; empty is the one of the request.
    pub external_domain: String,
    /// Text above the sign-in form.
    pub login_page_message: String,
    /// Whether people see each other in lists.
    pub public_users: bool,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            external_domain: String::new(),
            login_page_message: String::new(),
            public_users: true,
        }
    }
}
