//! Secrets that open sessions and API keys. Only their hashes are stored.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use crate::http::error::ApiError;

/// A new secret: 32 random bytes as base64, letters and digits only.
///
/// # Errors
/// The system gives no random bytes.
pub(crate) fn generate() -> Result<String, ApiError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(STANDARD
        .encode(bytes)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect())
}

/// What the database keeps of a secret.
pub(crate) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_words_and_differ() {
        let (one, two) = (generate().unwrap(), generate().unwrap());
        assert!(
            one.len() > 35 && one.chars().all(|c| c.is_ascii_alphanumeric()),
            "{one}"
        );
        assert_ne!(one, two);
        assert_eq!(hash(&one).len(), 32);
    }
}
