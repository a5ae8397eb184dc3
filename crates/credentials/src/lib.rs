//! Secrets of people: how they are made, hashed and compared. The gateway and the command line set and read the same rows.
//!
//! Nothing secret is stored: what opens a session or is an API key by its SHA-256 ([`token`]), since it is random and long; passwords and
//! PINs, which people choose, by bcrypt ([`password`]).

pub mod password;
mod rule;
pub mod token;

pub use rule::{PASSWORD_MAX_BYTES, PASSWORD_MIN_BYTES, PasswordError, check_password};

/// Why a secret could not be made or hashed.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Random(#[from] getrandom::Error),
    /// A secret cannot be hashed.
    #[error("a secret cannot be hashed")]
    Hash(#[from] bcrypt::BcryptError),
}
