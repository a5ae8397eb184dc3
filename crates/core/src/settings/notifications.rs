//! Section `notifications`: mail.

use serde::{Deserialize, Serialize};

use super::secret;
use crate::config::Secret;

/// How people are told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationsSettings {
    /// Mail.
    pub smtp: SmtpSettings,
}

/// Mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SmtpSettings {
    /// Whether mail is sent.
    pub enabled: bool,
    /// The sender's address.
    pub from: String,
    /// Where answers go; empty is the sender.
    pub reply_to: String,
    /// The mail server.
    pub transport: SmtpTransport,
}

/// The mail server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SmtpTransport {
    /// Whether its certificate is not checked.
    pub ignore_cert: bool,
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// TLS from the first byte instead of STARTTLS.
    pub secure: bool,
    /// Account; empty signs in nowhere.
    pub username: String,
    /// Its password.
    #[serde(with = "secret::text")]
    pub password: Secret,
}

impl Default for SmtpTransport {
    fn default() -> Self {
        Self {
            ignore_cert: false,
            host: String::new(),
            port: 587,
            secure: false,
            username: String::new(),
            password: Secret::default(),
        }
    }
}
